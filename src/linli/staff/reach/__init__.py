"""Reach 服务圈: who has which facility within walking distance, and the gaps to fill one by one."""
