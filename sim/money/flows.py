"""The chart of accounts and the table flow -> (debit, credit): what may happen to money here, and nothing else."""

from __future__ import annotations

from enum import Enum


class Kind(Enum):
    """Side of the balance sheet or the income statement."""

    ASSET = 1
    LIABILITY = -1
    CAPITAL = -2
    INCOME = -3
    EXPENSE = 3


class Account(Enum):
    """An account and its kind."""

    __hash__ = object.__hash__  # by identity, as they compare; Enum's own asks Python for that of the name

    CASH = ("cash", Kind.ASSET)
    RECEIVABLE = ("receivable", Kind.ASSET)
    INSTALMENTS = ("instalments", Kind.ASSET)
    ALLOWANCE = ("allowance", Kind.LIABILITY)
    DAC = ("dac", Kind.ASSET)
    ADVANCE = ("advance", Kind.ASSET)
    VAT_RECOVERABLE = ("vat_recoverable", Kind.ASSET)
    UPR = ("upr", Kind.LIABILITY)
    LOSS_RESERVE = ("loss_reserve", Kind.LIABILITY)
    COMMISSION_PAYABLE = ("commission_payable", Kind.LIABILITY)
    ONLOAD_PAYABLE = ("onload_payable", Kind.LIABILITY)
    TAX_OWED = ("tax_owed", Kind.LIABILITY)
    HOLDBACK = ("holdback", Kind.LIABILITY)
    FUNDS = ("funds", Kind.LIABILITY)
    DEPOSITS = ("deposits", Kind.LIABILITY)
    DEFICIENCY_PROVISION = ("deficiency_provision", Kind.LIABILITY)
    CAPITAL = ("capital", Kind.CAPITAL)
    DIVIDENDS = ("dividends", Kind.CAPITAL)
    PREMIUM_EARNED = ("premium_earned", Kind.INCOME)
    INVESTMENT = ("investment", Kind.INCOME)
    RECOVERIES = ("recoveries", Kind.INCOME)
    LOSS_SHARE = ("loss_share", Kind.INCOME)
    REFERRAL = ("referral", Kind.INCOME)
    COMMISSION = ("commission", Kind.EXPENSE)
    ACQUISITION = ("acquisition", Kind.EXPENSE)
    CLAIMS = ("claims", Kind.EXPENSE)
    HANDLING = ("handling", Kind.EXPENSE)
    ADMINISTRATION = ("administration", Kind.EXPENSE)
    PROGRAMME = ("programme", Kind.EXPENSE)
    MARKETING_FUNDS = ("marketing_funds", Kind.EXPENSE)
    COMMISSION_TAX = ("commission_tax", Kind.EXPENSE)
    DIRECT_CHANNEL = ("direct_channel", Kind.EXPENSE)
    BAD_DEBT = ("bad_debt", Kind.EXPENSE)
    DEFICIENCY = ("deficiency", Kind.EXPENSE)
    INTEREST = ("interest", Kind.EXPENSE)
    OTHER = ("other", Kind.EXPENSE)
    TAX = ("tax", Kind.EXPENSE)

    def __init__(self, label: str, kind: Kind) -> None:
        self.label = label
        self.kind = kind
        self.position = -1  # in ACCOUNTS


A = Account


class Flow(Enum):
    """A flow of money, with the account it debits and the one it credits. Amounts are never negative."""

    __hash__ = object.__hash__

    CAPITAL_PAID_IN = ("capital_paid_in", A.CASH, A.CAPITAL)
    PREMIUM_WRITTEN = ("premium_written", A.RECEIVABLE, A.UPR)
    PREMIUM_WRITTEN_DIRECT = ("premium_written_direct", A.CASH, A.UPR)
    PREMIUM_ON_INSTALMENTS = ("premium_on_instalments", A.INSTALMENTS, A.RECEIVABLE)
    INSTALMENT_PAID = ("instalment_paid", A.RECEIVABLE, A.INSTALMENTS)
    PREMIUM_EARNED = ("premium_earned", A.UPR, A.PREMIUM_EARNED)
    PREMIUM_REFUNDED = ("premium_refunded", A.UPR, A.CASH)
    COMMISSION_ACCRUED = ("commission_accrued", A.DAC, A.COMMISSION_PAYABLE)
    COMMISSION_AMORTISED = ("commission_amortised", A.COMMISSION, A.DAC)
    COMMISSION_EXPENSED = ("commission_expensed", A.COMMISSION, A.COMMISSION_PAYABLE)
    COMMISSION_REVERSED = ("commission_reversed", A.COMMISSION_PAYABLE, A.COMMISSION)
    COMMISSION_CLAWED_BACK = ("commission_clawed_back", A.COMMISSION_PAYABLE, A.DAC)
    COMMISSION_NETTED = ("commission_netted", A.COMMISSION_PAYABLE, A.RECEIVABLE)
    COMMISSION_PAID = ("commission_paid", A.COMMISSION_PAYABLE, A.CASH)
    ONLOAD_ACCRUED = ("onload_accrued", A.DAC, A.ONLOAD_PAYABLE)
    ONLOAD_AMORTISED = ("onload_amortised", A.COMMISSION, A.DAC)
    ONLOAD_TAKEN_BACK = ("onload_taken_back", A.ONLOAD_PAYABLE, A.DAC)
    ONLOAD_REVERSED = ("onload_reversed", A.DAC, A.COMMISSION)
    ONLOAD_PAID = ("onload_paid", A.ONLOAD_PAYABLE, A.CASH)
    ONLOAD_WRITTEN_OFF = ("onload_written_off", A.BAD_DEBT, A.ONLOAD_PAYABLE)
    VAT_PAID = ("vat_paid", A.VAT_RECOVERABLE, A.CASH)
    VAT_BORNE = ("vat_borne", A.COMMISSION_TAX, A.CASH)
    VAT_REVERSE_CHARGED = ("vat_reverse_charged", A.VAT_RECOVERABLE, A.TAX_OWED)
    VAT_REVERSE_BORNE = ("vat_reverse_borne", A.COMMISSION_TAX, A.TAX_OWED)
    VAT_RECOVERED = ("vat_recovered", A.CASH, A.VAT_RECOVERABLE)
    COMMISSION_TAX_WITHHELD = ("commission_tax_withheld", A.CASH, A.TAX_OWED)
    TAX_OWED_PAID = ("tax_owed_paid", A.TAX_OWED, A.CASH)
    FUND_ACCRUED = ("fund_accrued", A.MARKETING_FUNDS, A.FUNDS)
    FUND_PAID = ("fund_paid", A.FUNDS, A.CASH)
    FUND_EXPIRED = ("fund_expired", A.FUNDS, A.MARKETING_FUNDS)
    LOSS_SHARE_CHARGED = ("loss_share_charged", A.COMMISSION_PAYABLE, A.LOSS_SHARE)
    HOLDBACK_KEPT = ("holdback_kept", A.COMMISSION_PAYABLE, A.HOLDBACK)
    HOLDBACK_RELEASED = ("holdback_released", A.HOLDBACK, A.COMMISSION_PAYABLE)
    HOLDBACK_SET_OFF = ("holdback_set_off", A.HOLDBACK, A.RECEIVABLE)
    HOLDBACK_FORFEITED = ("holdback_forfeited", A.HOLDBACK, A.COMMISSION)
    ADVANCE_PAID = ("advance_paid", A.ADVANCE, A.CASH)
    ADVANCE_DRAWN = ("advance_drawn", A.ADVANCE, A.COMMISSION_PAYABLE)
    ADVANCE_WRITTEN_DOWN = ("advance_written_down", A.COMMISSION, A.ADVANCE)
    ADVANCE_CLAWED_BACK = ("advance_clawed_back", A.COMMISSION_PAYABLE, A.ADVANCE)
    ADVANCE_WRITTEN_OFF = ("advance_written_off", A.BAD_DEBT, A.ADVANCE)
    DEBIT_BALANCE_WRITTEN_OFF = ("debit_balance_written_off", A.BAD_DEBT, A.COMMISSION_PAYABLE)
    PREMIUM_REMITTED = ("premium_remitted", A.CASH, A.RECEIVABLE)
    DISCOUNT_TAKEN = ("discount_taken", A.INTEREST, A.RECEIVABLE)
    DEPOSIT_IN = ("deposit_in", A.CASH, A.DEPOSITS)
    DEPOSIT_OUT = ("deposit_out", A.DEPOSITS, A.CASH)
    DEPOSIT_INTEREST = ("deposit_interest", A.INTEREST, A.CASH)
    DEPOSIT_SET_OFF = ("deposit_set_off", A.DEPOSITS, A.RECEIVABLE)
    DEPOSIT_FORFEITED = ("deposit_forfeited", A.DEPOSITS, A.OTHER)
    RECEIVABLE_PROVIDED = ("receivable_provided", A.BAD_DEBT, A.ALLOWANCE)
    PROVISION_RELEASED = ("provision_released", A.ALLOWANCE, A.BAD_DEBT)
    RECEIVABLE_WRITTEN_OFF = ("receivable_written_off", A.ALLOWANCE, A.RECEIVABLE)
    RECOVERED = ("recovered", A.CASH, A.RECOVERIES)
    CLAIMS_INCURRED = ("claims_incurred", A.CLAIMS, A.LOSS_RESERVE)
    COST_OF_GOODS = ("cost_of_goods", A.CLAIMS, A.LOSS_RESERVE)
    CLAIMS_PAID = ("claims_paid", A.LOSS_RESERVE, A.CASH)
    RESERVE_STRENGTHENED = ("reserve_strengthened", A.CLAIMS, A.LOSS_RESERVE)
    RESERVE_RELEASED = ("reserve_released", A.LOSS_RESERVE, A.CLAIMS)
    CLAIMS_RECOVERED = ("claims_recovered", A.CASH, A.CLAIMS)
    HANDLING_PAID = ("handling_paid", A.HANDLING, A.CASH)
    ACQUISITION_PAID = ("acquisition_paid", A.DAC, A.CASH)
    ACQUISITION_AMORTISED = ("acquisition_amortised", A.ACQUISITION, A.DAC)
    ADMINISTRATION_PAID = ("administration_paid", A.ADMINISTRATION, A.CASH)
    PROGRAMME_PAID = ("programme_paid", A.PROGRAMME, A.CASH)
    DIRECT_CHANNEL_PAID = ("direct_channel_paid", A.DIRECT_CHANNEL, A.CASH)
    REFERRAL_INCOME = ("referral_income", A.CASH, A.REFERRAL)
    RESERVATION_FEE = ("reservation_fee", A.CASH, A.REFERRAL)
    OTHER_PAID = ("other_paid", A.OTHER, A.CASH)
    ACQUISITION_WRITTEN_DOWN = ("acquisition_written_down", A.DEFICIENCY, A.DAC)
    ACQUISITION_WRITTEN_BACK = ("acquisition_written_back", A.DAC, A.DEFICIENCY)
    DEFICIENCY_PROVIDED = ("deficiency_provided", A.DEFICIENCY, A.DEFICIENCY_PROVISION)
    DEFICIENCY_RELEASED = ("deficiency_released", A.DEFICIENCY_PROVISION, A.DEFICIENCY)
    INTEREST_EARNED = ("interest_earned", A.CASH, A.INVESTMENT)
    INTEREST_PAID = ("interest_paid", A.INTEREST, A.CASH)
    TAX_PAID = ("tax_paid", A.TAX, A.CASH)
    TAX_REFUNDED = ("tax_refunded", A.CASH, A.TAX)
    DIVIDEND_PAID = ("dividend_paid", A.DIVIDENDS, A.CASH)

    def __init__(self, label: str, debit: Account, credit: Account) -> None:
        self.label = label
        self.debit = debit
        self.credit = credit
        self.position = -1  # in FLOWS


FLOWS = tuple(Flow)
ACCOUNTS = tuple(Account)
for _position, _flow in enumerate(FLOWS):
    _flow.position = _position
for _position, _account in enumerate(ACCOUNTS):
    _account.position = _position
