# The server of Mojolicious (Perl) as an echo. Limits are as high as group 9 needs them.
use Mojolicious::Lite -signatures;
use Mojo::Server::Daemon;

app->log->level('fatal');
websocket '/' => sub ($c) {
  my $tx = $c->tx;
  $tx->max_websocket_size(64 * 1024 * 1024);
  $tx->with_compression;
  $c->inactivity_timeout(0);
  $c->on(text   => sub ($c, $bytes) { $c->send({text   => $bytes}) });
  $c->on(binary => sub ($c, $bytes) { $c->send({binary => $bytes}) });
};
Mojo::Server::Daemon->new(app => app, listen => ["http://127.0.0.1:$ENV{PORT}"], silent => 1)->run;
