"""The forum: boards, threads, replies, reactions, polls and public issues."""
