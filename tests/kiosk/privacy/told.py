"""What a command that has begun again finds."""

import os
import sys

from kiosk.privacy.allocator import overwrites

print(os.getpid(), overwrites())
print(sys.argv[1:])
