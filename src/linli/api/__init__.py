"""The machines' face 机器接口: Open311 and its bulk lists, orders of other platforms, events of devices."""
