"""The terminal's side: what is published is fetched, verified, tested, activated between visits, and undone.

:mod:`kiosk.bundles.client.updating` verifies, :mod:`~kiosk.bundles.client.slots` keeps two bundles on the
disk, :mod:`~kiosk.bundles.client.follower` does both again and again.  ``python -m kiosk.bundles.client`` is
the verifying part alone, with the command line of the public conformance suite for TUF clients.
"""
