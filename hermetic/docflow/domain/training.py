"""Sentences of each kind of document: what the classifier has learnt its words from."""

from collections.abc import Mapping

SENTENCES: Mapping[str, tuple[str, ...]] = {
    "invoice": (
        "Invoice number and date of the invoice, amount due in EUR, payable within thirty days",
        "Please transfer the total amount to the account below, quoting the invoice number",
        "Net amount, value added tax and gross amount of the items supplied",
        "Payment terms: thirty days net, two percent discount within ten days",
        "Bill to customer, purchase order reference, unit price, quantity and subtotal",
        "Amount due EUR, due date, bank account, IBAN and tax number of the supplier",
        "This invoice covers services rendered last month at the agreed hourly rate",
    ),
    "contract": (
        "This contract is made between the parties and takes effect on signature",
        "The term of the agreement is two years and may be terminated by either party in writing",
        "The contractor shall perform the services described in annex A with due care",
        "Liability of either party is limited, confidentiality survives termination of the agreement",
        "Governing law and place of jurisdiction are agreed by the parties hereto",
        "The parties agree on the obligations, warranties and notice periods set out in this clause",
        "Signed by the authorised representatives of both parties, clause by clause",
    ),
    "receipt": (
        "Receipt for cash payment received with thanks at the till",
        "Paid by card at the terminal, change given, thank you for your purchase",
        "Store, cashier, till number and time of the purchase, items sold and total paid",
        "Refund only with this receipt within fourteen days of the purchase",
        "Taxi fare paid in cash, receipt issued by the driver",
        "Parking ticket paid at the machine, card ending, receipt number",
        "Coffee and sandwich, total paid, cash, change, thank you, please come again",
    ),
    "letter": (
        "Dear colleagues, we are writing to inform you about the move to the new office",
        "Thank you for your letter, we look forward to meeting you soon",
        "With kind regards and best wishes from all of us to you and your family",
        "We apologise for the delay in answering and would like to invite you to a meeting",
        "Dear neighbour, we wish to let you know that works in the street begin on Monday",
        "Please find enclosed our brochure, do not hesitate to contact us with any question",
        "I am writing to apply for the position and remain yours sincerely",
    ),
}
