"""Reach 服务圈: how far it is on foot from estates and buildings to what people need, and where that is too far."""
