"""The model that made the vectors of an index: whether another one may be used with them, and on which devices they were made."""

from __future__ import annotations

import json
import shlex

from index.encoders.protocol import Encoder
from index.engine.protocol import Index, model_of
from index.errors import DamagedIndex, OtherModel
from index.messages import say

DEVICES = "devices"  # the note that names the devices, beside the processor, on which vectors of the index were made


def devices_of(index: Index) -> list[str]:
    """Return the devices, beside the processor, on which vectors of *index* were made. Raises DamagedIndex for a damaged note."""
    try:
        return [str(device) for device in json.loads(index.read_note(DEVICES) or "[]")]
    except (ValueError, TypeError) as error:
        raise DamagedIndex(
            "{note} cannot be read; remove it, it only says where vectors were made", note=index.note_place(DEVICES)
        ) from error


def note_device(index: Index, encoder: Encoder) -> None:
    """Keep in *index* on which device beside the processor *encoder* made vectors, for those who compare vectors to the last bit."""
    device = getattr(encoder, "device", None)
    if device is not None and device not in (known := devices_of(index)):
        index.write_note(DEVICES, json.dumps([*known, device]) + "\n")


def refuse_other_model(index: Index, encoder: Encoder) -> None:
    """Raise OtherModel unless *encoder* made the vectors of *index*: vectors of two models cannot be compared.

    A model is recognised by its weights, not by its name, since its folder may have moved.
    """
    theirs, ours = index.model, model_of(encoder)
    if theirs[1:] == ours[1:]:
        return
    again = _again(index, ours.name)
    if theirs.name == ours.name:
        raise OtherModel(
            "the model {ours} has changed since the index in {address} was made; {again}",
            ours=ours.name,
            address=index.address,
            again=again,
        )
    raise OtherModel(
        "the index in {address} was made with the model {theirs}, not {ours}; leave --model out, or {again}",
        address=index.address,
        theirs=theirs.name,
        ours=ours.name,
        again=again,
    )


def former_model(index: Index, instead: str) -> OtherModel:
    """Return the error of an index whose model came with an earlier qianli: the shipped model *instead* takes its place."""
    name = index.model.name
    return OtherModel(
        "the index in {address} was made with the model {name} of an earlier qianli; {again}",
        address=index.address,
        name=name,
        again=_again(index, instead),
    )


def _again(index: Index, name: str) -> str:
    if "unfinished" in index.facts():
        return say("name another folder with --index, since the first build of this one is not finished")
    return say(
        "embed it again, from its own rows, with: qianli index --rebuild --model {name} --index {folder}",
        name=name,
        folder=shlex.quote(str(index.address)),
    )
