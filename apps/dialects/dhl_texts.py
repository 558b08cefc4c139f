"""What DHL's divisions say in English where their five states say too little.

A rule is a list of phrases and what any of them means; the first rule that fits decides,
so what is said more precisely stands above what it holds.
"""

# By DHL's state: what a text can make of it. A bare milestone goes on to DETAILS.
MOVES = {
    "transit": {
        "returned to sender · return to sender · returned to the sender · back to the sender"
        " · returned to shipper · returned to the shipper": "returning",
        "not home · not at home · could not be delivered · attempted delivery · delivery attempt"
        " · unsuccessful": "attempted",
        "out for delivery · out with courier · with delivery courier"
        " · loaded onto the delivery vehicle": "out_for_delivery",
        "ready for pick · ready for collection · available for pick · available for collection"
        " · awaiting collection · can be picked up · can be collected · ready to be": "available_for_pickup",
        "picked up · collected from · posted by the sender · handed over by the sender"
        " · handed in · dropped off · handed over to dhl": "accepted",
    },
    "failure": {
        "returned to sender · return to sender · returned to the sender · back to the sender"
        " · returned to shipper · returned to the shipper": "returning",
        "refus · rejected · undeliverable · not collected · not picked up · damag · customs": (
            "exception"
        ),
        "not home · not at home · could not be delivered · attempted · delivery attempt"
        " · unsuccessful · closed · no access": "attempted",
    },
}

# By milestone: what a text can add to it.
DETAILS = {
    "pre_transit": {
        "pickup scheduled · pick-up scheduled · pickup booked": "pre_transit.pickup_scheduled",
        "instruction data · order data · electronically · shipment information received"
        " · label": "pre_transit.label_created",
    },
    "accepted": {
        "posted by the sender · handed in · dropped off": "accepted.dropped_off",
        "picked up · collected from": "accepted.collected",
    },
    "in_transit": {
        "clearance processing complete · customs clearance complete · cleared customs"
        " · released by customs · clearance completed": "in_transit.customs_cleared",
        "customs · clearance": "in_transit.customs",
        "handed over to the delivery organi · handed over to a partner"
        " · tendered to delivery service provider · forwarded to a third party"
        " · transferred to the delivery partner": "in_transit.handed_over",
        "weather · natural disaster · strike": "in_transit.delayed_weather",
        "delay": "in_transit.delayed",
        "missort · mis-sort · misrout · mis-rout": "in_transit.misrouted",
        "delivery facility · delivery base · delivery depot": "in_transit.local_depot",
        "arrived in the destination country · arrived in destination country": (
            "in_transit.arrived_country"
        ),
        "departed · has left": "in_transit.departed",
        "arrived · processed · sorted": "in_transit.arrived",
    },
    "available_for_pickup": {
        "packstation · locker": "available_for_pickup.locker",
        "parcelshop · parcel shop · service point · servicepoint": "available_for_pickup.shop",
        "post office · postal outlet · filiale": "available_for_pickup.post_office",
    },
    "attempted": {
        "not home · not at home · nobody · absent": "attempted.no_answer",
        "card left · notification card": "attempted.card_left",
        "closed": "attempted.closed",
        "no access": "attempted.no_access",
    },
    "delivered": {
        "neighbour · neighbor": "delivered.neighbour",
        "drop-off point · safe place · preferred location": "delivered.safe_place",
        "reception · mail room · mailroom": "delivered.reception",
        "mailbox · letterbox · letter box · po box": "delivered.mailbox",
        "picked up · collected": "delivered.collected",
        "signed for · signed by": "delivered.signed",
    },
    "exception": {
        "refus · rejected": "exception.refused",
        "not collected · not picked up": "exception.unclaimed",
        "customs": "exception.customs_hold",
        "damag": "exception.damaged",
        "address": "exception.address",
        "undeliverable": "exception.undeliverable",
        "on hold": "exception.held",
    },
}
