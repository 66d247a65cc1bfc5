"""Whose words a scenario speaks: of insurance, of sales or of subscriptions, by what its products have."""

from __future__ import annotations

from collections.abc import Collection

from pydantic import Field, model_validator

from sim.base.units import Block
from sim.contracts.products import Product
from sim.figures.figure import Trade


class Spoken(Block):
    """A word or text of the user's own, in one language or in both."""

    en: str = Field(default="", max_length=200, description="in English; left out: as the vocabulary has it")
    ru: str = Field(default="", max_length=200, description="in Russian; left out: as the vocabulary has it")

    @model_validator(mode="after")
    def _said(self) -> Spoken:
        if not (self.en.strip() or self.ru.strip()):
            raise ValueError("give the word in en, in ru, or in both")
        return self

    @property
    def texts(self) -> dict[str, str]:
        """Language -> text, those that are stated."""
        return {lang: text for lang in ("en", "ru") if (text := getattr(self, lang).strip())}


def trade_of(products: Collection[Product]) -> Trade:
    """Insurance where any product has claims, else subscription where most products go on, else sales."""
    if any(one.claims is not None for one in products):
        return "insurance"
    going_on = sum(goes_on(one) for one in products)
    return "subscription" if 2 * going_on > len(products) else "sales"


def goes_on(product: Product) -> bool:
    """Whether a customer pays for it term after term."""
    return product.term > 0 and any(rate > 0 for rate in product.renewal)
