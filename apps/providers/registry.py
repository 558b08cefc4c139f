"""Every provider there is: one line each."""

from apps.providers.base import Client
from apps.providers.clients.aftership import AfterShip
from apps.providers.clients.dhl import Dhl
from apps.providers.clients.easypost import EasyPost
from apps.providers.clients.fedex import FedEx
from apps.providers.clients.generic import Generic
from apps.providers.clients.shiplemon import Shiplemon
from apps.providers.clients.shipstation import ShipStation
from apps.providers.clients.sorted_v1 import SortedV1
from apps.providers.clients.sorted_v2 import SortedV2
from apps.providers.clients.ups import Ups

CLIENTS: dict[str, Client] = {
    client.kind: client
    for client in (
        SortedV2(),
        SortedV1(),
        ShipStation(),
        Shiplemon(),
        EasyPost(),
        AfterShip(),
        Dhl(),
        Ups(),
        FedEx(),
        Generic(),
    )
}
