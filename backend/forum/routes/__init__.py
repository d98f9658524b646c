"""Where the forum is reached."""

from litestar.types import ControllerRouterHandler

from backend.forum.routes import boards, drafts, issues, lists, papers, polls, reading, staff, thanking, writing

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
    thanking.mark_thread_read,
    thanking.follow_thread,
    thanking.unfollow_thread,
    thanking.react_to_post,
    thanking.take_reaction_back,
    thanking.keep_bookmark,
    thanking.drop_bookmark,
    thanking.list_bookmarks,
    *boards.ROUTES,
    *writing.ROUTES,
    *staff.ROUTES,
    *drafts.ROUTES,
    *polls.ROUTES,
    *papers.ROUTES,
    *issues.ROUTES,
]
