"""A commission rate by product and segment, each dated: the commission schedule's smallest part."""

from __future__ import annotations

from pydantic import Field, model_validator

from sim.base.units import Block, Dated, Share


class ProductRate(Block):
    """Rate of one product, with exceptions by segment."""

    rate: Dated[Share] = Field(description="rate of the segments that are not named")
    segments: dict[str, Dated[Share]] = Field(default={}, description="rate by segment")

    @model_validator(mode="before")
    @classmethod
    def _bare(cls, value: object) -> object:
        return _as_rate(value)


class Rates(Block):
    """Rate of all products, with exceptions by product and segment. A bare share holds for everything."""

    rate: Dated[Share] = Field(description="rate of the products that are not named")
    products: dict[str, ProductRate] = Field(default={}, description="rate by product")

    @model_validator(mode="before")
    @classmethod
    def _bare(cls, value: object) -> object:
        return _as_rate(value)

    def at(self, product: str, segment: str, ordinal: int) -> float:
        """The rate in force in the month `ordinal`."""
        of_product = self.products.get(product)
        if of_product is None:
            return self.rate.at(ordinal)
        return of_product.segments.get(segment, of_product.rate).at(ordinal)

    def dated(self) -> list[Dated[Share]]:
        """Every dated rate in the table."""
        tables = [self.rate] + [table.rate for table in self.products.values()]
        return tables + [rate for table in self.products.values() for rate in table.segments.values()]


def _as_rate(value: object) -> object:
    if isinstance(value, dict) and not set(value) & {"since"}:
        return value
    return {"rate": value}
