package files

import `C`
