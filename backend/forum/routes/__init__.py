"""Where the forum is reached."""

from litestar.types import ControllerRouterHandler

from backend.forum.routes import boards, drafts, issues, lists, papers, polls, reactions, reading, staff, writing

ROUTES: list[ControllerRouterHandler] = [
    lists.list_boards,
    lists.list_board,
    lists.list_community,
    reading.read_thread,
    reading.list_replies,
    reading.read_thread_history,
    reading.read_reply_history,
    reading.show_picture,
    reading.list_similar_threads,
    reading.list_mention_choices,
    reactions.mark_thread_read,
    reactions.follow_thread,
    reactions.unfollow_thread,
    reactions.react_to_post,
    reactions.take_reaction_back,
    reactions.keep_bookmark,
    reactions.drop_bookmark,
    reactions.list_bookmarks,
    *boards.ROUTES,
    *writing.ROUTES,
    *staff.ROUTES,
    *drafts.ROUTES,
    *polls.ROUTES,
    *papers.ROUTES,
    *issues.ROUTES,
]
