"""Who may do what at the desk: each admin, each address of one, each page. All are named."""

# What viewer, editor, operator and the platform may do: look, add, change, delete.
LOOKED_AT = ("l", "l", "l", "l")
PLATFORMS = ("", "", "", "l")
RIGHTS = {
    "admin.logentry": LOOKED_AT,
    "api.apikey": ("l", "l", "lacd", "lacd"),
    "auth.user": ("", "", "", "lacd"),
    "axes.accessattempt": ("", "", "", "lcd"),
    "axes.accessfailurelog": ("", "", "", "lcd"),
    "axes.accesslog": ("", "", "", "lcd"),
    "branding.brand": ("l", "lac", "lacd", "lacd"),
    "desk.membership": ("", "", "", "lacd"),
    "mails.blocked": PLATFORMS,
    "mails.letter": LOOKED_AT,
    "mails.subscription": LOOKED_AT,
    "notifications.delivery": LOOKED_AT,
    "notifications.endpoint": ("l", "l", "lacd", "lacd"),
    "otp_static.staticdevice": ("", "", "", "lacd"),
    "otp_totp.totpdevice": ("", "", "", "lacd"),
    "pages.rating": LOOKED_AT,
    "providers.account": ("l", "l", "lacd", "lacd"),
    "providers.misfit": LOOKED_AT,
    "providers.tally": PLATFORMS,
    "providers.watch": ("l", "l", "la", "la"),
    "shipments.carrier": LOOKED_AT,
    "shipments.merchant": ("l", "l", "lc", "lac"),
    "shipments.outbox": LOOKED_AT,
    "shipments.shipment": LOOKED_AT,
    "shipments.unknownword": PLATFORMS,
}
# Tables in which each row is one merchant's; the others are everybody's or the platform's.
OWNED = {
    "admin.logentry",
    "api.apikey",
    "branding.brand",
    "mails.letter",
    "mails.subscription",
    "notifications.delivery",
    "notifications.endpoint",
    "pages.rating",
    "providers.account",
    "providers.misfit",
    "providers.watch",
    "shipments.merchant",
    "shipments.outbox",
    "shipments.shipment",
}
# Addresses that an admin has beside Django's own five; who gets 200 for a row of theirs.
OWN_ADDRESSES = {
    "providers_account_upload": ("providers.account", {"operator", "platform"}),
    "otp_totp_totpdevice_config": ("otp_totp.totpdevice", set()),
    "otp_totp_totpdevice_qrcode": ("otp_totp.totpdevice", set()),
    "auth_user_password_change": ("auth.user", {"platform"}),
}
# Pages of the desk: what they are about, and who may open them.
LOOKERS = {"viewer", "editor", "operator", "platform"}
BRANDERS = {"editor", "operator", "platform"}
OPERATORS = {"operator", "platform"}
PLATFORM = {"platform"}
BRAND = {"pk": "branding.brand"}
PARCEL = {"shipment_id": "shipments.shipment"}
RUN = {"pk": "desk.run"}
DESK_PAGES = {
    "brand_check": (BRAND, BRANDERS),
    "brand_discard": (BRAND, BRANDERS),
    "brand_doctor": (BRAND, LOOKERS),
    "brand_editor": (BRAND, LOOKERS),
    "brand_history": (BRAND, LOOKERS),
    "brand_mail": (BRAND, LOOKERS),
    "brand_mails": (BRAND, LOOKERS),
    "brand_page": (BRAND, LOOKERS),
    "brand_publish": (BRAND, BRANDERS),
    "brand_return": (BRAND, BRANDERS),
    "brand_snippets": (BRAND, LOOKERS),
    "brand_theme": (BRAND, LOOKERS),
    "case": (PARCEL, LOOKERS),
    "feeds": ({}, LOOKERS),
    "import": ({}, OPERATORS),
    "import_template": ({"kind": "csv"}, OPERATORS),
    "mapping": ({}, PLATFORM),
    "mapping_run": ({"run_id": "desk.run"}, PLATFORM),
    "mapping_word": ({"word_id": "shipments.unknownword"}, PLATFORM),
    "queue": ({"kind": "problems"}, LOOKERS),
    "run": (RUN, LOOKERS),
    "run_apply": (RUN, OPERATORS),
    "run_drop": (RUN, OPERATORS),
    "run_errors": (RUN, OPERATORS),
    "run_retry": (RUN, OPERATORS),
    "runs": ({}, LOOKERS),
    "second_factor": ({}, LOOKERS),
    "shipment_answer": ({**PARCEL, "answer_id": "providers.answer"}, OPERATORS),
    "shipment_ask": (PARCEL, OPERATORS),
    "shipment_erase": (PARCEL, OPERATORS),
    "shipment_export": (PARCEL, OPERATORS),
    "shipment_link": (PARCEL, OPERATORS),
    "shipment_number": ({**PARCEL, "number_id": "shipments.trackingnumber"}, OPERATORS),
    "shipment_seen": ({**PARCEL, "level": 0}, LOOKERS),
    "shipment_unite": (PARCEL, OPERATORS),
    "shipment_void": (PARCEL, OPERATORS),
    "shipments_shipment_add_event": (PARCEL, OPERATORS),
    "webhooks": ({}, LOOKERS),
}
STANDARD = ("changelist", "add", "history", "delete", "change")
ADMINS = sorted(RIGHTS)
SEATS = ("viewer", "editor", "operator", "platform")
