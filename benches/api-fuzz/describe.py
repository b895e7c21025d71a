"""Describes every endpoint of src/api as OpenAPI, from the sources themselves, so that the description never goes stale.

    describe.py ORIGIN    prints the description of the shop at this origin as JSON
"""

import json
import pathlib
import re
import sys

API = pathlib.Path(__file__).parents[2] / "src" / "api"
# An attribute, and the function below it up to the arrow.
ENDPOINT = re.compile(r"#\[server\((endpoint.*?)\)\]\s*pub async fn \w+\((.*?)\)\s*->", re.DOTALL)
NAME = re.compile(r'endpoint = "(\w+)"')
FIELD = re.compile(r"(\w+): String")
# Values that get further than random ones. One value of each field is valid.
LIKELY = {
    "product": ["phone", "laptop", "no-such-thing"],
    "quantity": ["1", "99", "0", "-1", "1.5"],
    "login": ["admin", "nobody", "admin@example.com"],
    "password": ["password123", "violet tram under snow"],
    "current_password": ["password123"],
    "username": ["visitor", "admin"],
    "email": ["visitor@example.com", "admin@example.com"],
    "next": ["/cart", "//evil.example"],
    "is_sure": ["on", ""],
}
REFUSAL = {
    "type": "object",
    "required": ["error", "message"],
    "properties": {"error": {"type": "string"}, "message": {"type": "string"}},
}


def field(name: str) -> dict:
    """Any text, or one of the likely values."""
    likely = LIKELY.get(name)
    return {"anyOf": [{"enum": likely}, {"type": "string"}]} if likely else {"type": "string"}


def operation(name: str, fields: list[str], reads: bool) -> dict:
    """The request and the answers of an endpoint."""
    answers = {
        "200": {"description": "done", "content": {"application/json": {"schema": {}}}},
        "4XX": {"description": "refused", "content": {"application/json": {"schema": REFUSAL}}},
    }
    about = {"operationId": name, "responses": answers}
    if reads:
        return about | {"parameters": [{"name": name, "in": "query", "schema": field(name)} for name in fields]}
    form = {"type": "object", "properties": {name: field(name) for name in fields}}
    return about | {"requestBody": {"content": {"application/x-www-form-urlencoded": {"schema": form}}}}


def main(origin: str) -> None:
    paths = {}
    for source in sorted(API.glob("*.rs")):
        text = source.read_text(encoding="utf-8")
        found = ENDPOINT.findall(text)
        if len(found) != text.count("#[server(endpoint"):
            sys.exit(f"{source} has endpoints that this script cannot read")
        for attributes, arguments in found:
            name = NAME.search(attributes).group(1)
            reads = "GetUrl" in attributes
            # The attributes of the fields have parentheses, too.
            fields = FIELD.findall(arguments)
            paths[f"/api/{name}"] = {"get" if reads else "post": operation(name, fields, reads)}
    about = {"title": "Satchel", "version": "0"}
    print(json.dumps({"openapi": "3.1.0", "info": about, "servers": [{"url": origin}], "paths": paths}, indent=1))


main(sys.argv[1])
