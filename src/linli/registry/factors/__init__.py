"""Second factors 二次验证: a code from one's own phone after the password, once; recovery codes for a lost phone."""
