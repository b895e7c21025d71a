"""The shop page in Flask: sessions by Flask-Session, the page by Jinja, compression by Flask-Compress."""

import json
import os
from pathlib import Path

from cachelib.file import FileSystemCache
from flask import Flask, abort, redirect, render_template, request, session
from flask_compress import Compress
from flask_session import Session

PRODUCTS = json.loads(Path(os.environ["PEER_CATALOGUE"]).read_text("utf-8"))[:24]
for product in PRODUCTS:
    product["price"] = int(product["price"].replace(".", ""))
SLUGS = {product["slug"] for product in PRODUCTS}
CATEGORIES = list(dict.fromkeys(product["category"] for product in PRODUCTS))

app = Flask(__name__, template_folder=Path(__file__).resolve().parents[1])
app.config.update(
    SESSION_TYPE="cachelib",
    # By default, sessions above 500 are deleted when a later session changes.
    SESSION_CACHELIB=FileSystemCache(os.environ["PEER_SCRATCH"], threshold=0),
    # By default, every page view writes the session again.
    SESSION_REFRESH_EACH_REQUEST=False,
    # All peers must send the same answer. Without this, Flask would use zstd.
    COMPRESS_ALGORITHM=["gzip"],
)
Session(app)
Compress(app)


@app.template_filter()
def money(units):
    return f"${units // 100:,}.{units % 100:02}"


@app.get("/")
def page():
    pieces = sum(session.get("cart", {}).values())
    return render_template("page.html", products=PRODUCTS, categories=CATEGORIES, pieces=pieces)


@app.post("/add")
def add():
    product, quantity = request.form.get("product"), request.form.get("quantity", type=int)
    if product not in SLUGS or quantity is None or not 1 <= quantity <= 99:
        abort(422)
    cart = session.get("cart", {})
    session["cart"] = cart | {product: min(cart.get(product, 0) + quantity, 99)}
    return redirect("/", 303)
