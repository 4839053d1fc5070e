"""The second screen: the model. Searching begins at once with the one that is there; a better one can
follow in the background."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from qwen_finder.gui import words
from qwen_finder.gui.first_run.option import Option
from qwen_finder.gui.pieces import column, label

if TYPE_CHECKING:
    from qwen_finder.core.errors import FinderError
    from qwen_finder.core.status import ModelListing
    from qwen_finder.gui.session import Session
    from qwen_finder.gui.theme import Theme


class ModelStep(QWidget):
    changed = Signal()

    def __init__(self, session: Session, theme: Theme) -> None:
        super().__init__()
        self._better: ModelListing | None = None
        outer = column(self, theme, 3)
        outer.addWidget(label(self.tr("How well shall it understand?"), "title", wrap=True))
        said = self.tr("The model runs on your machine; nothing you search or keep leaves it.")
        outer.addWidget(label(said, "muted", wrap=True))
        self._small_title = self.tr("The model that comes along")
        self.small = Option(theme, self._small_title, self._of_the_small(None))
        self.large = Option(theme)
        self.small.chosen.connect(lambda: self.choose(self.small))
        self.large.chosen.connect(lambda: self.choose(self.large))
        outer.addWidget(self.small)
        outer.addWidget(self.large)
        self._wait = label(self.tr("Looking at what suits this machine…"), "muted", wrap=True)
        outer.addWidget(self._wait)
        outer.addStretch(1)
        self.large.hide()
        self.choose(self.small)
        session.ask(lambda client: client.models(), self._show, self._failed, lane="first-run-models")

    @property
    def model(self) -> ModelListing | None:
        """The model to be fetched and used as soon as it is there; None: none."""
        return self._better if self.large.radio.isChecked() else None

    def choose(self, option: Option) -> None:
        for one in (self.small, self.large):
            one.set_chosen(one is option)
        self.changed.emit()

    def _show(self, models: list[ModelListing]) -> None:
        self._wait.hide()
        texts = [model for model in models if model.modality == "text"]
        present = next((model for model in texts if model.active), None)
        others = [model for model in texts if not model.active]
        suits = present is not None and present.recommended
        title = self.tr("The model that comes along (recommended)") if suits else self._small_title
        why = present.reason if present is not None and suits else ""
        self.small.say(title, " ".join(filter(None, (self._of_the_small(present), why))))
        best = next((model for model in others if model.recommended), None)
        if best is not None:
            self._offer(best, self.tr("Better: {model}"))
        elif fitting := [model for model in others if model.fits == "yes"]:
            # Who wants more than this machine does with ease may have it: the one that costs least.
            self._offer(min(fitting, key=lambda model: model.bytes), self.tr("Better and slower: {model}"))

    def _offer(self, better: ModelListing, title: str) -> None:
        self._better = better
        if better.installed:
            said = self.tr("{languages}. It is on this machine and will be used as soon as it is ready.")
        else:
            said = self.tr(
                "{languages}. {size} are downloaded in the background; until then the other model answers."
            )
        said = said.format(languages=words.languages(better.languages), size=words.size(better.bytes))
        extra = better.fits_reason if better.fits != "yes" else ""
        self.large.say(
            title.format(model=better.family or better.name),
            " ".join(filter(None, (said, better.reason))),
            extra,
        )
        self.large.show()

    def _of_the_small(self, present: ModelListing | None) -> str:
        said = self.tr("Small and fast. It answers at once and takes little memory.")
        return (
            f"{words.languages(present.languages)}. {said}"
            if present is not None and present.languages
            else said
        )

    def _failed(self, error: FinderError) -> None:
        self._wait.setText(error.message)
