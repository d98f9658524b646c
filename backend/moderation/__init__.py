"""Moderation with due process: reports, cases, sanctions, appeals, word lists, and a public log."""
