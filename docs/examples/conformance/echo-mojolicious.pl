# An echo of Mojolicious on the port that the suite names.
use Mojolicious::Lite -signatures;
use Mojo::Server::Daemon;

websocket '/' => sub ($c) {
  $c->tx->with_compression;
  $c->on(text   => sub ($c, $bytes) { $c->send({text   => $bytes}) });
  $c->on(binary => sub ($c, $bytes) { $c->send({binary => $bytes}) });
};
Mojo::Server::Daemon->new(app => app, listen => ["http://127.0.0.1:$ENV{PORT}"])->run;
