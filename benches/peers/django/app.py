"""The shop page in Django: its own sessions, templates and compression."""

import json
import os
from pathlib import Path

from django import template
from django.conf import settings
from django.core.wsgi import get_wsgi_application
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import path
from django.views.decorators.http import require_GET, require_POST

settings.configure(
    DEBUG=False,
    SECRET_KEY=os.environ["PEER_SECRET"],
    ALLOWED_HOSTS=["127.0.0.1", "localhost"],
    ROOT_URLCONF=__name__,
    INSTALLED_APPS=["django.contrib.sessions"],
    MIDDLEWARE=[
        "django.middleware.security.SecurityMiddleware",
        "django.middleware.gzip.GZipMiddleware",
        "django.contrib.sessions.middleware.SessionMiddleware",
        "django.middleware.common.CommonMiddleware",
    ],
    # Without DEBUG, the loader keeps compiled templates.
    TEMPLATES=[
        {
            "BACKEND": "django.template.backends.django.DjangoTemplates",
            "DIRS": [Path(__file__).resolve().parents[1]],
            "OPTIONS": {"builtins": [__name__]},
        }
    ],
    DATABASES={
        "default": {
            "ENGINE": "django.db.backends.sqlite3",
            "NAME": Path(os.environ["PEER_SCRATCH"]) / "django.db",
            # By default, every request opens the file again.
            "CONN_MAX_AGE": None,
            "OPTIONS": {"transaction_mode": "IMMEDIATE", "init_command": "PRAGMA journal_mode=WAL"},
        }
    },
)
application = get_wsgi_application()

PRODUCTS = json.loads(Path(os.environ["PEER_CATALOGUE"]).read_text("utf-8"))[:24]
for product in PRODUCTS:
    product["price"] = int(product["price"].replace(".", ""))
SLUGS = {product["slug"] for product in PRODUCTS}
CATEGORIES = list(dict.fromkeys(product["category"] for product in PRODUCTS))

register = template.Library()


@register.filter
def money(units):
    return f"${units // 100:,}.{units % 100:02}"


@require_GET
def page(request):
    pieces = sum(request.session.get("cart", {}).values())
    return render(request, "page.html", {"products": PRODUCTS, "categories": CATEGORIES, "pieces": pieces})


@require_POST
def add(request):
    product, quantity = request.POST.get("product"), request.POST.get("quantity", "")
    if product not in SLUGS or not quantity.isdecimal() or not 1 <= int(quantity) <= 99:
        return HttpResponse(status=422)
    cart = request.session.get("cart", {})
    request.session["cart"] = cart | {product: min(cart.get(product, 0) + int(quantity), 99)}
    answer = HttpResponseRedirect("/")
    answer.status_code = 303
    return answer


urlpatterns = [path("", page), path("add", add)]
