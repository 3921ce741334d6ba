"""The fleet: which terminals there are, how they are, what they are told to do, and how a change reaches
them.

``machine`` and ``progress`` are pure: the states of a rollout and of one terminal in it.  ``tables`` are
theirs in the platform's database; ``registry``, ``alarms``, ``commands``, ``timeline`` and ``rollouts`` are
the functions that routes and the administrators' pages call; ``beats`` keeps what terminals tell; ``worker``
lets the time pass.
"""
