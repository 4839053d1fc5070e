"""The names of files and folders that nobody looks for: caches, dependencies, leftovers, disks of machines.

The default of a setting and of the ignore rules, so that users can see the list and change it.
"""

from __future__ import annotations

JUNK: tuple[str, ...] = (
    # Version control and tools' own state
    ".git/", ".hg/", ".svn/", ".bzr/", ".jj/", "CVS/", ".idea/", ".vscode/", ".vs/",
    # Dependencies and environments
    "node_modules/", "bower_components/", ".venv/", "venv/", ".virtualenv/", ".tox/", ".nox/", ".conda/",
    "site-packages/", "*.egg-info/", ".eggs/", "Pods/", ".bundle/", "DerivedData/",
    # Caches and build outputs
    "__pycache__/", ".cache/", ".mypy_cache/", ".pytest_cache/", ".ruff_cache/", ".hypothesis/",
    ".gradle/", ".m2/", ".npm/", ".yarn/", ".pnpm-store/", ".parcel-cache/", ".next/", ".nuxt/",
    ".svelte-kit/", ".turbo/", ".terraform/", ".cargo/", ".rustup/", ".ipynb_checkpoints/",
    "CMakeFiles/", "bazel-*/", "Caches/", "GPUCache/", "Code Cache/", "ShaderCache/", "*.pyc", "*.pyo",
    "*.class", "*.o", "*.obj", "*.min.js", "*.min.css", "*.map",
    # Temporary, lock and partial files, rubbish bins
    "*~", "*.tmp", "*.temp", "*.swp", "*.swo", "*.bak~", "~$*", ".~lock.*#", "*.lock", "*.part",
    "*.crdownload", "*.partial", "*.download", "lost+found/", ".Trash/", ".Trash-*/", "$RECYCLE.BIN/",
    "System Volume Information/", ".DS_Store", "Thumbs.db", "desktop.ini",
    "package-lock.json", "npm-shrinkwrap.json", "pnpm-lock.yaml",
    # Disks and memory of virtual machines
    "*.vmdk", "*.vdi", "*.vhd", "*.vhdx", "*.qcow", "*.qcow2", "*.hdd", "*.vmem", "*.vmsn", "*.vmss",
    "*.sparseimage", "*.sparsebundle/", "*.utm/",
    # What belongs to the system
    "**/Windows/System32/", "**/Windows/SysWOW64/", "**/Windows/WinSxS/", "**/Windows/Installer/",
    "**/AppData/Local/Temp/", "**/AppData/Local/Packages/", "**/AppData/Local/Microsoft/",
    "pagefile.sys", "hiberfil.sys", "swapfile.sys", "swapfile",
    ".Spotlight-V100/", ".fseventsd/", ".DocumentRevisions-V100/", ".TemporaryItems/",
)  # fmt: skip
"""In gitignore syntax."""
