<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="zh_CN" sourcelanguage="en">
<context>
    <name>Actions</name>
    <message>
        <source>Open</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Show in folder</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Open with…</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Copy path</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Copy file</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Find similar</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Leave this file out</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Leave its folder out</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Nothing here opens {0}.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>No file browser shows the folder of {0}.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Open {0} with</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Copied: {0}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Copied; paste it into a folder: {0}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Left out from now on: {0}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Back again, as soon as it is indexed: {0}</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>AdvancedPage</name>
    <message>
        <source>All settings</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Find a setting</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>No setting has these words.</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>Chips</name>
    <message>
        <source>Type</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Folder</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Date</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Language</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Relevance</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Sort by</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Sort by ({0})</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>since {0}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>until {0}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Filter: {0}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Only some of the results: {0} ({1})</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>All types</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Any language</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>All folders</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Another folder…</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Any time</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Since a day…</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Until a day…</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Newest</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Name</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Largest</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Search only in this folder</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Changed since</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Changed until</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>Downloads</name>
    <message>
        <source>Waits for another download</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Checking what was downloaded</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{done} of {total}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Paused at {amount}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Downloaded</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{size} a second</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>ErrorNote</name>
    <message>
        <source>Close</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>FactsView</name>
    <message>
        <source>Details</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Why this result</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>FailuresPage</name>
    <message>
        <source>Files not read</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>They are found by name. A file is tried again when it changes, or when you say so.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Files that could not be read</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Reason</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Try again</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Try all again</source>
        <translation type="unfinished"></translation>
    </message>
    <message numerus="yes">
        <source>%Ln file(s) could not be read</source>
        <translation type="unfinished">
            <numerusform></numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln found by name only, or not in full</source>
        <translation type="unfinished">
            <numerusform></numerusform>
        </translation>
    </message>
    <message>
        <source>Every file could be read.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{files} are tried again.</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>FirstRun</name>
    <message>
        <source>Welcome to Qwen Finder</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Not now</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Back</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Start</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Next</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{files} to read: about {time} and {size} of disk for the index.</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>FoldersPage</name>
    <message>
        <source>Folders</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Add folder…</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Left out</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Left out without your asking</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Add folder</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Remove folder</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>No longer search {folder}?</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>What is known of its files is removed from the index. The files themselves stay.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Remove</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Remove {folder}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>No folder is indexed yet.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Files and folders that you left out</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Search it again</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>FoldersStep</name>
    <message>
        <source>Where are your files?</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>These folders are read and searched. You can change this at any time.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Another folder…</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Another folder</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>counting…</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>more than {amount}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Estimating…</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Choose at least one folder.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>There is no estimate now: {reason}</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>Indexing</name>
    <message>
        <source>Progress of this folder</source>
        <translation type="unfinished"></translation>
    </message>
    <message numerus="yes">
        <source>%Ln file(s) indexed</source>
        <translation type="unfinished">
            <numerusform></numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln waiting</source>
        <translation type="unfinished">
            <numerusform></numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln failed</source>
        <translation type="unfinished">
            <numerusform></numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln by name only</source>
        <translation type="unfinished">
            <numerusform></numerusform>
        </translation>
    </message>
</context>
<context>
    <name>IndexingView</name>
    <message>
        <source>Indexing</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Pause</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Resume</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Progress of indexing</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Look for changes now</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Folders…</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Reading {file}</source>
        <translation type="unfinished"></translation>
    </message>
    <message numerus="yes">
        <source>%Ln file(s) could not be read</source>
        <translation type="unfinished">
            <numerusform></numerusform>
        </translation>
    </message>
    <message>
        <source>{pace}: {reason}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>No folder is indexed yet.</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>LooksPage</name>
    <message>
        <source>Language and appearance</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The language changes when the window is started again.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>A look at it</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Searching</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>ModelCard</name>
    <message>
        <source>Size of the model</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Progress of the download</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>By language</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>More</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>In use</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Being prepared</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Downloaded</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Recommended</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{size} of memory</source>
        <translation type="unfinished"></translation>
    </message>
    <message numerus="yes">
        <source>%Ln dimension(s)</source>
        <translation type="unfinished">
            <numerusform></numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln token(s)</source>
        <translation type="unfinished">
            <numerusform></numerusform>
        </translation>
    </message>
    <message>
        <source>Pause</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Resume download</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Download, {size}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Use this model</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Discard what was downloaded</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Verify the files</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Remove from this machine</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Questions that find their passage among the first ten, by our own measurement</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>ModelStep</name>
    <message>
        <source>How well shall it understand?</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The model runs on your machine; nothing you search or keep leaves it.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The model that comes along</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Looking at what suits this machine…</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Better: {model}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{languages}. It is on this machine and will be used as soon as it is ready.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{languages}. {size} are downloaded in the background; until then the other model answers.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Small and fast. It answers at once and takes little memory.</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>ModelsPage</name>
    <message>
        <source>Models</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>A model understands what files say. A larger one understands better and works slower.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Models of your own</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Progress of the change</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Go back to the model before</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Changing to {model}; the present model answers meanwhile</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{model} is in use</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The change to {model} failed; nothing was lost</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{done} of {passages}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>For texts</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>For pictures</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>For judging the best hits</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Reading all of its files…</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The files are as published.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Change the model</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Use {model} from now on?</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>about {time}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>a time that is not known yet</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{files} in {passages} are read anew, which takes {time} and {size} of disk while both are kept ({free} are free). The present model answers until the new one is ready, and you can go back.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Change</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>News</name>
    <message>
        <source>{files} can now be found by what they say.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Your files are indexed</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>A folder cannot be reached</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{folder} is away. What is known of its files is kept.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Indexing waits until there is room: {reason}.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The disk is nearly full</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>A model was downloaded</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{model} can be used now.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{model} could not be downloaded</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The new model is in use</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Searches are answered by {model} from now on.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The change to {model} failed</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>Offers</name>
    <message>
        <source>Suggestions</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>PacePage</name>
    <message>
        <source>Pace and power</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Indexing waits for you: it is slower while you work, and stops on a low battery.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Resume</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Full speed for 1 hour</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>What it may take</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Now: {pace}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Automatic again</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>PagesView</name>
    <message>
        <source>Previous page</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Next page</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Page</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Smaller</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Fit</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Larger</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{0} of {1}</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>Pausing</name>
    <message>
        <source>For 1 hour</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Until tomorrow</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Until I resume</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>PictureView</name>
    <message>
        <source>Picture</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>PicturesView</name>
    <message>
        <source>Smaller</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Fit</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Larger</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>PreviewPane</name>
    <message>
        <source>Preview</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Reading…</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Choose a result to look into it.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>There is nothing to show of this file.</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>PrivacyPage</name>
    <message>
        <source>Privacy</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Everything stays on this machine. Nothing is sent anywhere unless you ask for it.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>What is kept</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Connections</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Forget everything</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Removes the index, the thumbnails, the recent searches and the list of folders. Your files, the models and the settings stay.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Forget everything…</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Together</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>None since {time}, when the service started.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Show in folder: {path}</source>
        <translation type="unfinished"></translation>
    </message>
    <message numerus="yes">
        <source>%Ln time(s)</source>
        <translation type="unfinished">
            <numerusform></numerusform>
        </translation>
    </message>
    <message>
        <source>List of files</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Texts and vectors</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Vectors of pictures</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Thumbnails</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Models</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Settings</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Logs</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Recent searches</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Forget everything that was indexed?</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Nothing can be found until folders are added and indexed again. Your files stay.</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>ResultsDelegate</name>
    <message>
        <source>{0} more here</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>copies: {0}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Copy: {0}</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>ResultsModel</name>
    <message>
        <source>Best</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Documents</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Code</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Pictures</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Other files</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Strong match</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Good match</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Weak match</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Hardly a match</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>page {0}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>slide {0}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>sheet {0}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>line {0}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>row {0}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{0}, {1}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Same content: {0}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Almost the same and left out: {0}</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>ResultsView</name>
    <message>
        <source>Results</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>SearchBox</name>
    <message>
        <source>Search your files by meaning, words or name</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Search</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>What are you looking for? ({0})</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Clear (Esc)</source>
        <translation type="unfinished"></translation>
    </message>
</context>
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
        <source>Length of the vectors; 0 takes the best for the model. Only Matryoshka models stay good when cut.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>What the text model is told to look for, in English; empty takes the model&apos;s own default.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>How a model file of your own makes one vector of a text; auto takes what the file says.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The longest text that is embedded at once, in tokens; longer ones take more memory.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Layers of the model on the graphics card; auto takes as many as its memory holds, 0 none.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Reranker: a catalog id, or gguf:/path/to/model.gguf; auto takes one that is there, off takes none.</source>
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
        <source>Files and folders that you left out one by one, by their full paths.</source>
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
        <source>Have the best hits of every query judged by the reranker.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Milliseconds that the reranker may take; hits keep their order when it does not manage.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>How many hits a query shows when it does not say.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Language of the window; auto takes the desktop&apos;s. It is spoken from the next start of the window.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Whether the window is light or dark; system follows the desktop.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Size of the window&apos;s letters, in percent of the desktop&apos;s.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Keep recent searches, on this machine, to suggest them again.</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>Settings</name>
    <message>
        <source>Back to the default</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>SettingsDialog</name>
    <message>
        <source>Settings</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Folders</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Models</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Pace and power</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Appearance</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Privacy</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Files not read</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>All settings</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Pages of the settings</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>Situation</name>
    <message>
        <source>The service is not running</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The service is starting</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>No folders yet</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The text model cannot be used</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Indexing, {percent}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Preparing the new model, {percent}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Looking for changes</source>
        <translation type="unfinished"></translation>
    </message>
    <message numerus="yes">
        <source>%Ln folder(s) cannot be reached</source>
        <translation type="unfinished">
            <numerusform></numerusform>
        </translation>
    </message>
    <message>
        <source>{files} wait</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Paused {reason}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Paused: {reason}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{files} can be found</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Everything is indexed</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{done} of {files}</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>StartStep</name>
    <message>
        <source>Ready</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>You can search while the files are read: by name at once, by what they say as it goes on.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Reading goes on in the background and makes way for you: slower while you work, not at all on a low battery.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Nothing leaves this machine. Keys, passwords and the like are left out.</source>
        <translation type="unfinished"></translation>
    </message>
    <message numerus="yes">
        <source>%Ln folder(s)</source>
        <translation type="unfinished">
            <numerusform></numerusform>
        </translation>
    </message>
    <message>
        <source>The model that comes along answers.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{model} is made ready in the background.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{model} is downloaded in the background ({size}) and used when it is there.</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>Tasks</name>
    <message>
        <source>Cancel</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{done} of {passages}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Preparing {model}; the present model answers meanwhile</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Pause</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Downloading {model}</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>TextPane</name>
    <message>
        <source>Previous match</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Next match</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>a part of the file</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>matches: {0}</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>TextView</name>
    <message>
        <source>Contents of the file</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>Titles</name>
    <message>
        <source>Automatic</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Off</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Full speed</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Balanced</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Quiet</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Like the desktop</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Light</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Dark</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Models</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Pace</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Indexing</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Searching</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Window</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Text model</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Picture model</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Reranker</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Length of vectors</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Instruction for queries</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Pooling</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Longest text</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Layers on the graphics card</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Processor threads</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Minutes until a model is unloaded</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Pace of indexing</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Minutes until you are away</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Respect .gitignore files</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Index hidden files</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Files and folders left out</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Names to leave out</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Left out by default</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Secrets</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Largest file (MB)</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Characters of one file</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Pages of one file</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Files of one archive</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Archives within archives</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Seconds for one file</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Seconds more for each megabyte</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Text in pictures</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Smallest picture (pixels)</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Space for thumbnails (MB)</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Files read at once</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Memory for reading a file (MB)</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Space to leave on the disk (MB)</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Minutes between two looks</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Hits of a query</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Judge the best hits again</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Milliseconds for judging</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Language</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Colours</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Size of letters (%)</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Keep recent searches</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>Tray</name>
    <message>
        <source>Search…</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>What is indexed…</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Pause indexing</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Resume indexing</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Settings…</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Quit, keep indexing</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Quit and stop indexing</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>Words</name>
    <message>
        <source>{percent} %</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{seconds} s</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{minutes} min</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{hours} h {minutes} min</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{days} d {hours} h</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>about {time} left</source>
        <translation type="unfinished"></translation>
    </message>
    <message numerus="yes">
        <source>%Ln file(s)</source>
        <translation type="unfinished">
            <numerusform></numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln passage(s)</source>
        <translation type="unfinished">
            <numerusform></numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln picture(s)</source>
        <translation type="unfinished">
            <numerusform></numerusform>
        </translation>
    </message>
    <message>
        <source>{count} files a second</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{count} files a minute</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Automatic</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Full speed</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Balanced</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Quiet</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Paused</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>until you resume</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>somebody waits for the index</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>the settings say so</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>on battery</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>you are searching</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>you are active</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>other programs are busy</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>nobody needs the machine</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>for {time}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>you asked for it, for {time}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>you asked for it</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>only {size} GB are free on the disk of the index</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>the battery is at {percent} %</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Changes are noticed at once</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Looked at from time to time</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Not reachable</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{days} d</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{hours} h</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>_Dots</name>
    <message>
        <source>Step {step} of {count}</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>dates</name>
    <message>
        <source>Yesterday</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>d MMM</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>d MMM yyyy</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>details</name>
    <message>
        <source>Folder</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Changed</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Size</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Dimensions</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Colours</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Same content</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Almost the same, left out</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Score</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>place {0}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Meaning</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Words</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Name</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>What the picture shows</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Above chance (deviations)</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Relatedness</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Share of your words in it</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Context</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Passages</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>alike</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>of</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>score</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Author</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Title</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Subject</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Keywords</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Created</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Taken</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Camera</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Place</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Length</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Language</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Pages</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>From</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>To</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Date</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Artist</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Album</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Kind</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>preview</name>
    <message>
        <source>page {0} of {1}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>slide {0} of {1}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>sheet {0} of {1}</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>status</name>
    <message>
        <source>The service is not running</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Starting the service…</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>No folders yet</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Paused · {0} files left</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The text model cannot be used</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>A folder is not there: {0}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Up to date · {0} files</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Not readable: {0}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>less than a minute</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>about {0} min</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>about {0} h</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Looking at your folders…</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Indexing · {0} files left</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>suggestions</name>
    <message>
        <source>kind of file</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>folder</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>file extension</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>changed since</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>changed until</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>language of the text</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>part of the name</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>size of the file</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Documents</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Pictures</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Code</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Sound</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Films</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Archives</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Today</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Last 7 days</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Last 30 days</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>This year</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Since last year</source>
        <translation type="unfinished"></translation>
    </message>
</context>
</TS>
