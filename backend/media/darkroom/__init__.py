"""Where strangers' pictures become our own: a child process with limits, what runs in it, and how it is asked.

`sandbox` starts the child and reads its answer; `child` is the process; `containers` and `images` run inside it alone;
`pictures` holds the words that both sides share and imports no decoder.
"""

# tidy: allow rooms, because pictures are decoded in a process of their own, which no other domain has
