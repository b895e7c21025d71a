// The shop page in Express: sessions by express-session, the page by EJS, compression by compression.

'use strict';

const cluster = require('node:cluster');
const fs = require('node:fs');
const compression = require('compression');
const express = require('express');
const session = require('express-session');
const sqlite3 = require('sqlite3');
const SqliteStore = require('connect-sqlite3')(session);

const { PEER_CATALOGUE, PEER_PORT, PEER_SCRATCH, PEER_SECRET } = process.env;
const WORKERS = 2;
const WHOLE = new Intl.NumberFormat('en-US');

if (cluster.isPrimary) {
  for (let number = 0; number < WORKERS; number += 1) cluster.fork();
  process.on('SIGTERM', end);
  // With only half of the workers, the figure would be wrong, and nobody would notice.
  cluster.on('exit', (worker, code) => {
    if (code) process.exitCode = code;
    end();
  });
} else {
  serve();
}

function end() {
  for (const worker of Object.values(cluster.workers)) worker.kill();
}

function serve() {
  const products = JSON.parse(fs.readFileSync(PEER_CATALOGUE, 'utf8')).slice(0, 24);
  for (const product of products) product.price = Number(product.price.replace('.', ''));
  const slugs = new Set(products.map((product) => product.slug));
  const categories = [...new Set(products.map((product) => product.category))];

  const db = new sqlite3.Database(`${PEER_SCRATCH}/express.db`);
  // By default, a change fails if the other worker writes for a second; Python waits for five.
  db.configure('busyTimeout', 5000);
  // A change fails if a read on the same connection is not finished and the other worker has written meanwhile.
  db.serialize();

  const app = express();
  app.set('view engine', 'ejs');
  app.set('views', __dirname);
  // All peers must send the same answer. Without this, Express would use brotli, which needs more CPU time.
  app.use((request, response, next) => {
    if (request.acceptsEncodings('gzip')) request.headers['accept-encoding'] = 'gzip';
    next();
  });
  app.use(compression());
  app.use(express.urlencoded({ extended: false }));
  app.use(
    session({
      store: new SqliteStore({ db, concurrentDb: true }),
      secret: PEER_SECRET,
      resave: false,
      saveUninitialized: false,
    }),
  );

  app.get('/', (request, response) => {
    const cart = request.session.cart ?? {};
    const pieces = Object.values(cart).reduce((sum, quantity) => sum + quantity, 0);
    response.render('page', { products, categories, pieces, money });
  });

  app.post('/add', (request, response) => {
    const { product, quantity: text } = request.body ?? {};
    const quantity = Number(text);
    if (!slugs.has(product) || !Number.isInteger(quantity) || quantity < 1 || quantity > 99) {
      response.sendStatus(422);
      return;
    }
    const cart = request.session.cart ?? {};
    request.session.cart = { ...cart, [product]: Math.min((cart[product] ?? 0) + quantity, 99) };
    response.redirect(303, '/');
  });

  app.listen(PEER_PORT, '127.0.0.1');
}

function money(units) {
  return `$${WHOLE.format(Math.floor(units / 100))}.${String(units % 100).padStart(2, '0')}`;
}
