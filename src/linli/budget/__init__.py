"""Budget 账本: what may be spent. So far the rules that divide a fund among projects, and the files others recount from."""
