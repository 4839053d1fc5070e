"""The models: which are there, which is in use, having others, and changing from one to another."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QLabel, QMessageBox

from qwen_finder.gui import downloads, words
from qwen_finder.gui.pieces import bar, button, card, clear, column, label, row
from qwen_finder.gui.settings.model_card import ModelCard
from qwen_finder.gui.settings.page import Page

if TYPE_CHECKING:
    from qwen_finder.api.client import Client
    from qwen_finder.api.wire.status import ServiceStatus
    from qwen_finder.core.errors import FinderError
    from qwen_finder.core.events import Event
    from qwen_finder.core.status import ModelListing
    from qwen_finder.core.switching import SwitchCost, SwitchStatus
    from qwen_finder.gui.session import Session
    from qwen_finder.gui.settings.values import Values
    from qwen_finder.gui.theme import Theme


class ModelsPage(Page):
    def __init__(self, session: Session, theme: Theme, values: Values) -> None:
        super().__init__(
            theme,
            self.tr("Models"),
            self.tr("A model understands what files say. A larger one understands better and works slower."),
        )
        self._session = session
        self._models: list[ModelListing] = []
        self._cards: dict[str, ModelCard] = {}
        self._headings: dict[str, QLabel] = {}
        self._switch: SwitchStatus | None = None
        self._build_switch()
        self._list = column(None, theme, 3)
        self.body.addLayout(self._list)
        self.add_settings(
            ["models.text", "models.image", "models.reranker", "search.rerank"],
            values,
            self.tr("Models of your own"),
        )
        self.add_settings(["download.source", "download.huggingface"], values, self.tr("Downloads"))
        self.body.addStretch(1)
        session.status.connect(self._status_came)
        session.event.connect(self._event_came)
        if session.last_status is not None:
            self._status_came(session.last_status)

    def shown(self) -> None:
        self._ask_models()

    def _ask_models(self) -> None:
        self._session.ask(lambda client: client.models(), self._show, self._failed, lane="models-page")

    def _build_switch(self) -> None:
        self._switch_frame, inside = card(self.theme)
        self._switch_title = label("", "strong", wrap=True)
        self._switch_bar = bar(self.tr("Progress of the change"))
        self._switch_detail = label("", "small", wrap=True)
        buttons = row(self.theme)
        self._cancel = button(self.tr("Cancel"))
        self._cancel.clicked.connect(lambda: self._do(lambda client: client.cancel_switch()))
        self._back = button(self.tr("Go back to the model before"))
        self._back.clicked.connect(lambda: self._do(lambda client: client.rollback_model()))
        buttons.addWidget(self._cancel)
        buttons.addWidget(self._back)
        buttons.addStretch(1)
        for widget in (self._switch_title, self._switch_bar, self._switch_detail):
            inside.addWidget(widget)
        inside.addLayout(buttons)
        self._switch_frame.hide()
        self.body.addWidget(self._switch_frame)

    def _status_came(self, status: ServiceStatus) -> None:
        before, self._switch = self._switch, status.engine.switch
        self._show_switch(self._switch)
        changed = (before and (before.target, before.state)) != (
            self._switch and (self._switch.target, self._switch.state)
        )
        if changed and self.isVisible():
            self._ask_models()

    def _show_switch(self, switch: SwitchStatus | None) -> None:
        self._switch_frame.setVisible(switch is not None)
        if switch is None:
            return
        building, failed = switch.state == "building", switch.state == "failed"
        titles = {
            "building": self.tr("Changing to {model}; the present model answers meanwhile"),
            "ready": self.tr("{model} is in use"),
            "failed": self.tr("The change to {model} failed; nothing was lost"),
        }
        self._switch_title.setText(titles.get(switch.state, "{model}").format(model=switch.target))
        self._switch_bar.setVisible(building and switch.total > 0)
        self._switch_bar.setValue(round(1000 * switch.done / switch.total) if switch.total else 0)
        done = self.tr("{done} of {passages}").format(
            done=words.number(switch.done), passages=words.passages(switch.total)
        )
        parts = [done if building and switch.total else "", words.time_left(switch.eta_s) if building else ""]
        parts += [switch.message, switch.hint if failed else ""]
        said = " · ".join(filter(None, parts))
        self._switch_detail.setText(said)
        self._switch_detail.setVisible(bool(said))
        self._cancel.setVisible(building)
        self._back.setVisible(not building and bool(switch.previous))
        # Told once; a model in use that cannot be taken back is no news.
        self._switch_frame.setVisible(building or failed or bool(switch.previous))

    def _show(self, models: list[ModelListing]) -> None:
        self._models = models
        groups: dict[str, dict[str, list[ModelListing]]] = {}
        for model in models:
            groups.setdefault(model.modality, {}).setdefault(model.family or model.id, []).append(model)
        families = [f"{modality}/{family}" for modality, group in groups.items() for family in group]
        if families != list(self._cards):
            self._rebuild({modality: list(group) for modality, group in groups.items()})
        switching = self._switch.target if self._switch and self._switch.state == "building" else ""
        for modality, group in groups.items():
            for family, sizes in group.items():
                self._cards[f"{modality}/{family}"].show_models(sizes, switching)

    def _rebuild(self, groups: dict[str, list[str]]) -> None:
        clear(self._list)
        self._cards = {}
        titles = {
            "text": self.tr("For texts"),
            "image": self.tr("For pictures"),
            "reranker": self.tr("For judging the best hits"),
        }
        for modality, families in groups.items():
            self._list.addWidget(label(titles.get(modality, modality), "heading"))
            for family in families:
                made = ModelCard(self.theme)
                made.asked.connect(self._asked)
                self._cards[f"{modality}/{family}"] = made
                self._list.addWidget(made)

    def _event_came(self, event: Event) -> None:
        download = downloads.from_event(event)
        if download is None or not self._models:
            return
        done = download.state == "done"
        self._show(
            [
                replace(model, download=download) if model.id == download.id else model
                for model in self._models
            ]
        )
        if done:
            self._ask_models()

    def _asked(self, act: str, model: str) -> None:
        if act == "download":
            self._do(lambda client: client.download_model(model))
        elif act in ("pause", "discard"):
            self._do(lambda client: client.pause_download(model, discard=act == "discard"))
        elif act == "verify":
            self._verify(model)
        elif act == "remove":
            self._do(lambda client: client.remove_model(model))
        elif act == "use":
            self._use(model)

    def _do(self, order: Callable[[Client], object]) -> None:
        def done(_answer: object) -> None:
            self._session.refresh()
            self._ask_models()

        self._session.ask(order, done, self._failed)

    def _verify(self, model: str) -> None:
        shown = self._card_of(model)
        shown.tell(self.tr("Reading all of its files…"))

        def done(verdict: tuple[bool, str]) -> None:
            well, detail = verdict
            shown.tell(
                detail or (self.tr("The files are as published.") if well else ""), "ok" if well else "danger"
            )

        self._session.ask(lambda client: client.verify_model(model), done, self._failed)

    def _use(self, model: str) -> None:
        """Texts are embedded anew by another model, which is said before; other models just change."""
        if next(one for one in self._models if one.id == model).modality != "text":
            self._do(lambda client: client.use_model(model))
            return
        self._session.ask(
            lambda client: client.switch_cost(model),
            lambda cost: self._ask_use(model, cost),
            self._failed,
        )

    def _ask_use(self, model: str, cost: SwitchCost) -> None:
        box = QMessageBox(self)
        box.setWindowTitle(self.tr("Change the model"))
        box.setText(self.tr("Use {model} from now on?").format(model=model))
        time = (
            self.tr("about {time}").format(time=words.duration(cost.seconds))
            if cost.seconds is not None
            else self.tr("a time that is not known yet")
        )
        said = self.tr(
            "{files} in {passages} are read anew, which takes {time} and {size} of disk while both are kept "
            "({free} are free). The present model answers until the new one is ready, and you can go back."
        )
        box.setInformativeText(
            said.format(
                files=words.files(cost.files),
                passages=words.passages(cost.chunks),
                time=time,
                size=words.size(cost.bytes),
                free=words.size(cost.free_bytes),
            )
        )
        use = box.addButton(self.tr("Change"), QMessageBox.ButtonRole.AcceptRole)
        box.addButton(QMessageBox.StandardButton.Cancel)
        use.clicked.connect(lambda: self._do(lambda client: client.use_model(model)))
        box.open()

    def _card_of(self, model: str) -> ModelCard:
        listing = next(one for one in self._models if one.id == model)
        return self._cards[f"{listing.modality}/{listing.family or listing.id}"]

    def _failed(self, error: FinderError) -> None:
        self.note.tell(error)
