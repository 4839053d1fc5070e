<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="zh_CN" sourcelanguage="en">
<context>
    <name>Setting</name>
    <message>
        <source>Text model: a catalog id, or gguf:/path/to/model.gguf.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Picture model: a catalog id, or clip:/path/to/folder; auto takes the default one if it is there, off takes none.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Length of the vectors; 0 keeps the model&apos;s own. Only Matryoshka models stay good when cut.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Processor threads for indexing; 0 leaves one core free for you.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Minutes without use after which the model gives its memory back; 0 keeps it.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>How hard indexing works; auto: full when you are away, balanced when not, quiet on battery.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Minutes without input or queries after which you are away.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Leave out what a .gitignore file leaves out.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Index hidden files and folders (names that begin with a dot) too.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>More names to leave out, in .gitignore syntax, beside index.skip_defaults.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Names of what nobody looks for, left out, in .gitignore syntax; a shorter list lets some in.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Names that hold secrets and are left out, in .gitignore syntax; a shorter list lets some in.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Files larger than this many megabytes are found by name only.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>How much text of one file is indexed, in characters; the rest of it is found by name only.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>How many pages, slides or sheets of one file are indexed.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>How many files inside an archive or mailbox are indexed; more are found by name only.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>How deep an archive within an archive is looked into.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Seconds after which reading a file is given up, beside those for its size and for text in pictures.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Seconds more for each megabyte of a file.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Text in pictures and scanned pages; auto recognises it where there is no other text: Latin letters, Chinese and Japanese, other scripts where Tesseract is installed with their language.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Pictures whose longer side has fewer pixels, icons mostly, are not looked at; 0 looks at all.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Megabytes of thumbnails kept on disk; those nobody looked at for long go first; 0 keeps none.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Processes that read files at once; 0 is one per processor core.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Megabytes of memory that one of them may take; a file that needs more is found by name only.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Indexing pauses while the disk of the index has fewer free megabytes than this; 0 never does.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Minutes between two looks at every folder, beside the changes that are noticed as they happen.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>How many hits a query shows when it does not say.</source>
        <translation type="unfinished"></translation>
    </message>
</context>
</TS>
