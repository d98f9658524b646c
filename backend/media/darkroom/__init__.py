"""Where strangers' files are opened: child processes with limits, what runs in them, and how they are asked.

`sandbox` starts a child and reads its answer; `child` (pictures) and `pdf_child` are the processes, under the limits of
`rights`; `images` and `documents` run inside them alone; `pictures` holds the words that both sides share and imports
no decoder, and neither does `containers`, which tells kinds apart.
"""

# tidy: allow rooms, because strangers' files are opened in a process of their own, which no other domain has
