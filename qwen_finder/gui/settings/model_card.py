"""One model, in all its sizes, with what it is good for and what can be done with it."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QMenu

from qwen_finder.core.status import DownloadState, ModelListing
from qwen_finder.gui import downloads, icons, words
from qwen_finder.gui.pieces import Elided, bar, button, clear, column, label, row, tool
from qwen_finder.gui.settings.editors import CalmCombo
from qwen_finder.gui.settings.figures import Figures
from qwen_finder.gui.theme import Theme


class ModelCard(QFrame):
    """Shows the models of one family. ``asked`` tells what the user wants: "download", "pause", "discard",
    "use", "verify" or "remove", and the id of which."""

    asked = Signal(str, str)

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self._models: list[ModelListing] = []
        self._switching_to = ""
        self.setProperty("role", "card")
        outer = column(self, theme, 2, 4)
        top = row(theme, 2)
        self._name = Elided("", "heading", Qt.TextElideMode.ElideRight)
        top.addWidget(self._name, 1)
        self._tags: QHBoxLayout = row(theme, 1)
        top.addLayout(self._tags)
        outer.addLayout(top)
        self._about = label("", "muted", wrap=True)
        outer.addWidget(self._about)
        choice = row(theme, 3)
        self._sizes = CalmCombo()
        self._sizes.setAccessibleName(self.tr("Size of the model"))
        self._sizes.currentIndexChanged.connect(lambda _: self._show_chosen())
        choice.addWidget(self._sizes)
        self._facts = Elided("", "small", Qt.TextElideMode.ElideRight)
        choice.addWidget(self._facts, 1)
        outer.addLayout(choice)
        self._fits = label("", "small", wrap=True)
        outer.addWidget(self._fits)
        self._bar = bar(self.tr("Progress of the download"))
        outer.addWidget(self._bar)
        self._state = label("", "small", wrap=True)
        outer.addWidget(self._state)
        self._figures: Figures | None = None
        self._figures_place = column(None, theme, 1)
        outer.addLayout(self._figures_place)
        buttons = row(theme, 2)
        self._main = button("", "primary")
        self._main.clicked.connect(self._main_pressed)
        self._main_act = ""
        buttons.addWidget(self._main)
        self._show_figures = button(self.tr("By language"), "quiet")
        self._show_figures.setCheckable(True)
        self._show_figures.toggled.connect(self._toggle_figures)
        buttons.addWidget(self._show_figures)
        buttons.addStretch(1)
        self._more = tool("more", theme, self.tr("More"))
        self._more.clicked.connect(self._open_menu)
        buttons.addWidget(self._more)
        outer.addLayout(buttons)

    @property
    def chosen(self) -> ModelListing | None:
        number = self._sizes.currentIndex()
        return self._models[number] if 0 <= number < len(self._models) else None

    def show_models(self, models: Sequence[ModelListing], switching_to: str = "") -> None:
        """All sizes of the family; ``switching_to`` is the id of the model whose index is being built."""
        chosen = self.chosen
        before = chosen.id if chosen is not None else ""
        self._models = list(models)
        self._switching_to = switching_to
        ids = [model.id for model in models]
        wanted = before if before in ids else _first(models).id
        self._sizes.blockSignals(True)
        self._sizes.clear()
        for model in models:
            self._sizes.addItem(
                " · ".join(filter(None, (model.quantization, words.size(model.bytes)))), model.id
            )
        self._sizes.setCurrentIndex(ids.index(wanted))
        self._sizes.blockSignals(False)
        self._sizes.setVisible(len(models) > 1)
        self._show_chosen()

    def tell(self, text: str, role: str = "small") -> None:
        """A sentence about what was just done."""
        self._say(self._state, text, role)

    def _show_chosen(self) -> None:
        model = self.chosen
        if model is None:
            return
        self._name.setText(model.family or model.name)
        self._about.setText(" · ".join(filter(None, (words.languages(model.languages), model.licence))))
        self._facts.setText(self._facts_of(model))
        clear(self._tags)
        for text, role in self._tags_of(model):
            self._tags.addWidget(label(text, role))
        self._say(self._fits, *_fit(model))
        download = model.download
        under_way = download is not None and download.state is not DownloadState.DONE
        self._bar.setVisible(under_way)
        if download is not None and under_way:
            self._bar.setValue(round(1000 * (downloads.share(download) or 0)))
            failed = download.state is DownloadState.FAILED
            self._bar.setProperty("state", str(download.state))
            self._theme.restyle(self._bar)
            self._say(self._state, downloads.describe(download), "danger" if failed else "small")
        else:
            self._say(self._state, model.note, "small")
        self._show_figures.setVisible(bool(model.figures))
        self._toggle_figures(self._show_figures.isChecked())
        text, self._main_act = self._main_of(model)
        self._main.setText(text)
        self._main.setVisible(bool(text))
        self._more.setVisible(bool(self._acts(model)))

    def _tags_of(self, model: ModelListing) -> list[tuple[str, str]]:
        tags = []
        if model.active:
            tags.append((self.tr("In use"), "tag-accent"))
        elif model.id == self._switching_to:
            tags.append((self.tr("Being prepared"), "tag-accent"))
        elif model.installed:
            tags.append((self.tr("Downloaded"), "tag"))
        if any(one.recommended for one in self._models):
            tags.append((self.tr("Recommended"), "tag-accent"))
        return tags

    def _facts_of(self, model: ModelListing) -> str:
        alone = len(self._models) == 1
        memory = words.size(model.memory_bytes) if model.memory_bytes else ""
        parts = [
            " ".join(filter(None, (model.quantization, words.size(model.bytes)))) if alone else "",
            self.tr("{size} of memory").format(size=memory) if memory else "",
            self.tr("%Ln dimension(s)", "", model.dimensions) if model.dimensions else "",
            self.tr("%Ln token(s)", "", model.context_length) if model.context_length else "",
        ]
        return " · ".join(filter(None, parts))

    def _main_of(self, model: ModelListing) -> tuple[str, str]:
        """What the first button says and does."""
        download = model.download
        if download is not None and download.under_way:
            return self.tr("Pause"), "pause"
        if not model.installed:
            kept = download is not None and download.state in (DownloadState.PAUSED, DownloadState.FAILED)
            size = words.size(model.bytes)
            return (self.tr("Resume download") if kept else self.tr("Download, {size}").format(size=size)), (
                "download"
            )
        if model.active or model.id == self._switching_to:
            return "", ""
        return self.tr("Use this model"), "use"

    def _acts(self, model: ModelListing) -> list[tuple[str, str, str]]:
        """What else can be done: act, words, drawing."""
        acts = []
        if model.download is not None and model.download.state is not DownloadState.DONE:
            acts.append(("discard", self.tr("Discard what was downloaded"), "trash"))
        if model.installed:
            acts.append(("verify", self.tr("Verify the files"), "check"))
            if not model.active:
                acts.append(("remove", self.tr("Remove from this machine"), "trash"))
        return acts

    def _open_menu(self) -> None:
        model = self.chosen
        if model is None:
            return
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        for act, text, drawing in self._acts(model):
            action = menu.addAction(icons.icon(drawing, self._theme, 16, "muted"), text)
            action.triggered.connect(lambda _=False, act=act: self.asked.emit(act, model.id))
        menu.popup(self._more.mapToGlobal(self._more.rect().bottomLeft()))

    def _main_pressed(self) -> None:
        model = self.chosen
        if model is not None and self._main_act:
            self.asked.emit(self._main_act, model.id)

    def _toggle_figures(self, shown: bool) -> None:
        model = self.chosen
        clear(self._figures_place)
        self._figures = None
        if shown and model is not None and model.figures:
            said = self.tr("Questions that find their passage among the first ten, by our own measurement")
            self._figures_place.addWidget(label(said, "small", wrap=True))
            self._figures = Figures(model.figures, self._theme)
            self._figures_place.addWidget(self._figures)

    def _say(self, where: QLabel, text: str, role: str) -> None:
        where.setText(text)
        where.setVisible(bool(text))
        if where.property("role") != role:
            where.setProperty("role", role)
            self._theme.restyle(where)


def _first(models: Sequence[ModelListing]) -> ModelListing:
    """The size to show first: the one in use, else one that is there, else the best for this machine."""
    wishes: tuple[Callable[[ModelListing], bool], ...] = (
        lambda model: model.active,
        lambda model: model.download is not None and model.download.under_way,
        lambda model: model.installed,
        lambda model: model.recommended,
        lambda model: model.fits == "yes",
    )
    for wanted in wishes:
        for model in models:
            if wanted(model):
                return model
    return models[0]


def _fit(model: ModelListing) -> tuple[str, str]:
    """Whether this machine can run it, and in which role that is said."""
    if model.fits == "no":
        return model.fits_reason, "danger"
    if model.fits == "tight":
        return model.fits_reason, "warning"
    return (model.reason, "ok") if model.recommended else ("", "small")
