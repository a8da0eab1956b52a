/*
 * A load generator for WebSocket servers on the loopback interface of Linux: one thread, epoll, frames of its own.
 *
 * It shares no code with this project's load tool, so that each can check what the other one measures.
 *
 *   epoll-load echo   --port=8080 [--path=/echo] [--connections=50]  [--depth=1] [--size=32] [--text] [--pid=N]
 *   epoll-load fanout --port=8080 [--path=/room] [--connections=500] [--depth=1] [--size=32] [--text] [--pid=N]
 *                     [--warmup-ms=1000] [--duration-ms=5000] [--timeout-ms=5000] [--work-ns=0]
 *
 * echo: every connection keeps `depth` messages in flight, and each must come back to it. fanout: the first connection keeps
 * `depth` messages in flight, and each must come to every connection. Every byte of every message is compared, and the order.
 *
 * --work-ns lets every message that has come cost so much of the generator's CPU time. A generator that is done at once sleeps
 * until the next one comes, and to wake it costs the server: only generators of like pace let a server do the same work.
 *
 * Prints one line of JSON: what arrived between the end of the warm-up and the end of the duration, and the CPU time that the
 * threads of process N took meanwhile. Ends with 1 and a line on standard error when anything was not as it must be.
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <getopt.h>
#include <netinet/tcp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

/* The example of RFC 6455, section 1.3: with a key that is known the answer is known too. */
#define KEY "dGhlIHNhbXBsZSBub25jZQ=="
#define ACCEPT "s3pPLMBiTxaQ9kYGzzhZRbK+xOo="

enum { TEXT = 1, BINARY = 2, CLOSE = 8, PING = 9, PONG = 10 };
enum { READ_BYTES = 65536, EVENTS = 256, NUMBER_DIGITS = 8, MOST_HEADER = 14, MOST_CONTROL = 125 };

struct options {
  bool fanout, text;
  int port, pid;
  const char *path;
  unsigned connections, depth;
  size_t size;
  long warmup_ms, duration_ms, timeout_ms, work_ns;
};

struct connection {
  int fd;
  uint32_t sent;     /* the number of the next message to send */
  uint32_t expected; /* the number of the next message to come */
  /* What is to be written: bytes `from` to `to` of `out`. */
  uint8_t *out;
  size_t from, to;
  bool watches_writing;
  /* The frame that is coming: its header as far as it is there, then how much of the payload is. */
  uint8_t header[MOST_HEADER];
  unsigned header_bytes, opcode;
  bool in_payload;
  uint64_t length, at;
  uint8_t control[MOST_CONTROL];
};

static struct options options = {
    .depth = 1, .size = 32, .warmup_ms = 1000, .duration_ms = 5000, .timeout_ms = 5000};
static struct connection *connections;
static int epoll_fd;

/* A masked frame but for its number, the payload that must come back, and the mask. */
static uint8_t *frame, *payload;
static size_t frame_bytes, frame_header, number_digits;
static const uint8_t mask[4] = {0x6b, 0xd1, 0x2e, 0x97};

static uint64_t received;      /* messages, or deliveries, so far */
static uint64_t in_flight;     /* messages that have not come back everywhere */
static unsigned *undelivered;  /* fanout: connections that miss message n, at n modulo the depth */
static bool stopped;

static void fail(const char *format, ...) {
  va_list arguments;
  va_start(arguments, format);
  fputs("epoll-load: ", stderr);
  vfprintf(stderr, format, arguments);
  fputc('\n', stderr);
  va_end(arguments);
  exit(1);
}

static uint64_t now_ns(void) {
  struct timespec time;
  clock_gettime(CLOCK_MONOTONIC, &time);
  return (uint64_t)time.tv_sec * 1000000000u + (uint64_t)time.tv_nsec;
}

/* The CPU time of all threads of the server, in nanoseconds; 0 when its process is not known. */
static uint64_t server_cpu_ns(void) {
  char path[300];
  uint64_t sum = 0;
  if (options.pid == 0) return 0;
  snprintf(path, sizeof path, "/proc/%d/task", options.pid);
  DIR *tasks = opendir(path);
  if (tasks == NULL) fail("there is no process %d", options.pid);
  for (struct dirent *task; (task = readdir(tasks)) != NULL;) {
    unsigned long long running;
    if (task->d_name[0] == '.') continue;
    snprintf(path, sizeof path, "/proc/%d/task/%s/schedstat", options.pid, task->d_name);
    FILE *file = fopen(path, "r");
    if (file == NULL) continue; /* it has ended meanwhile */
    if (fscanf(file, "%llu", &running) == 1) sum += running;
    fclose(file);
  }
  closedir(tasks);
  return sum;
}

static void prepare_frame(void) {
  const size_t size = options.size;
  frame = malloc(size + MOST_HEADER);
  payload = malloc(size);
  if (frame == NULL || payload == NULL) fail("out of memory");
  for (size_t i = 0; i < size; i++) payload[i] = (uint8_t)('a' + i % 26);
  if (!options.text)
    for (size_t i = 0; i < size; i++) payload[i] = (uint8_t)(payload[i] * 7 + i / 26);
  number_digits = size < NUMBER_DIGITS ? size : NUMBER_DIGITS;

  size_t at = 0;
  frame[at++] = (uint8_t)(0x80 | (options.text ? TEXT : BINARY));
  if (size < 126) {
    frame[at++] = (uint8_t)(0x80 | size);
  } else if (size < 65536) {
    frame[at++] = 0x80 | 126;
    for (int shift = 8; shift >= 0; shift -= 8) frame[at++] = (uint8_t)(size >> shift);
  } else {
    frame[at++] = 0x80 | 127;
    for (int shift = 56; shift >= 0; shift -= 8) frame[at++] = (uint8_t)((uint64_t)size >> shift);
  }
  memcpy(frame + at, mask, 4);
  frame_header = at + 4;
  frame_bytes = frame_header + size;
  for (size_t i = 0; i < size; i++) frame[frame_header + i] = payload[i] ^ mask[i & 3];
}

/* Hexadecimal digits, the lowest first, so that short messages still differ. */
static uint8_t digit_of(uint32_t number, size_t digit) {
  return (uint8_t)"0123456789abcdef"[number >> (4 * digit) & 15];
}

static void watch_writing(struct connection *connection, bool wanted) {
  if (connection->watches_writing == wanted) return;
  connection->watches_writing = wanted;
  struct epoll_event event = {.events = EPOLLIN | (wanted ? EPOLLOUT : 0), .data.ptr = connection};
  epoll_ctl(epoll_fd, EPOLL_CTL_MOD, connection->fd, &event);
}

static void flush(struct connection *connection) {
  while (connection->from < connection->to) {
    const ssize_t written = send(connection->fd, connection->out + connection->from,
                                 connection->to - connection->from, MSG_NOSIGNAL);
    if (written < 0 && errno == EAGAIN) break;
    if (written < 0) fail("sending: %s", strerror(errno));
    connection->from += (size_t)written;
  }
  if (connection->from == connection->to) connection->from = connection->to = 0;
  watch_writing(connection, connection->to > 0);
}

/* Room for what is in flight at most, and for one pong. */
static size_t out_bytes(void) { return options.depth * frame_bytes + MOST_HEADER + MOST_CONTROL; }

/* Room for `bytes` more behind what is to be written. */
static uint8_t *reserve(struct connection *connection, size_t bytes) {
  if (connection->to + bytes > out_bytes()) {
    memmove(connection->out, connection->out + connection->from, connection->to - connection->from);
    connection->to -= connection->from;
    connection->from = 0;
  }
  if (connection->to + bytes > out_bytes()) fail("the server sends more pings than it reads answers");
  uint8_t *room = connection->out + connection->to;
  connection->to += bytes;
  return room;
}

/* The next message is written with the next flush. */
static void queue_message(struct connection *connection) {
  uint8_t *copy = reserve(connection, frame_bytes);
  const uint32_t number = connection->sent++;
  memcpy(copy, frame, frame_bytes);
  for (size_t i = 0; i < number_digits; i++) copy[frame_header + i] = digit_of(number, i) ^ mask[i & 3];
  if (options.fanout) undelivered[number % options.depth] = options.connections;
  in_flight++;
}

static void queue_pong(struct connection *connection) {
  const size_t length = (size_t)connection->length;
  uint8_t *pong = reserve(connection, 6 + length);
  pong[0] = 0x80 | PONG;
  pong[1] = (uint8_t)(0x80 | length);
  memcpy(pong + 2, mask, 4);
  for (size_t i = 0; i < length; i++) pong[6 + i] = connection->control[i] ^ mask[i & 3];
}

/* A part of a message has come: it must be the same bytes that were sent. */
static void compare(const struct connection *connection, const uint8_t *bytes, size_t count) {
  size_t at = (size_t)connection->at, done = 0;
  for (; at + done < number_digits && done < count; done++)
    if (bytes[done] != digit_of(connection->expected, at + done))
      fail("message %u is not the one that comes next: lost, doubled, out of order or changed", connection->expected);
  if (memcmp(bytes + done, payload + at + done, count - done) != 0)
    fail("message %u is not what was sent", connection->expected);
}

static void message_arrived(struct connection *connection) {
  struct connection *sender = options.fanout ? &connections[0] : connection;
  const uint32_t number = connection->expected++;
  received++;
  if (options.work_ns > 0)
    for (const uint64_t until = now_ns() + (uint64_t)options.work_ns; now_ns() < until;) continue;
  if (number >= sender->sent) fail("message %u has come, which was never sent", number);
  if (options.fanout && --undelivered[number % options.depth] > 0) return;
  in_flight--;
  if (!stopped) queue_message(sender);
}

static void begin_payload(struct connection *connection) {
  const uint8_t *header = connection->header;
  const unsigned short_length = header[1] & 0x7f;
  connection->opcode = header[0] & 0x0f;
  connection->length = short_length < 126 ? short_length : 0;
  for (unsigned i = 2; i < connection->header_bytes; i++) connection->length = connection->length << 8 | header[i];
  connection->in_payload = true;
  connection->at = 0;
  if ((header[0] & 0xf0) != 0x80 || (header[1] & 0x80) != 0) fail("a frame begins with %02x %02x", header[0], header[1]);
  if (connection->opcode == CLOSE) fail("the server closes a connection");
  if (connection->opcode == PING || connection->opcode == PONG) {
    if (connection->length > MOST_CONTROL) fail("a control frame is too long");
  } else if (connection->opcode != (options.text ? TEXT : BINARY)) {
    fail("a frame has the opcode %u", connection->opcode);
  } else if (connection->length != options.size) {
    fail("a message has %llu bytes instead of %zu", (unsigned long long)connection->length, options.size);
  }
}

static void end_payload(struct connection *connection) {
  if (connection->opcode == PING) queue_pong(connection);
  else if (connection->opcode != PONG) message_arrived(connection);
  connection->in_payload = false;
  connection->header_bytes = 0;
}

static void take(struct connection *connection, const uint8_t *bytes, size_t count) {
  for (size_t i = 0; i < count;) {
    if (!connection->in_payload) {
      connection->header[connection->header_bytes++] = bytes[i++];
      if (connection->header_bytes < 2) continue;
      const unsigned length = connection->header[1] & 0x7f;
      if (connection->header_bytes < (length < 126 ? 2 : length == 126 ? 4 : 10)) continue;
      begin_payload(connection);
    }
    const uint64_t missing = connection->length - connection->at;
    const size_t here = missing < count - i ? (size_t)missing : count - i;
    if (connection->opcode >= CLOSE) memcpy(connection->control + connection->at, bytes + i, here);
    else compare(connection, bytes + i, here);
    connection->at += here;
    i += here;
    if (connection->at == connection->length) end_payload(connection);
  }
}

static void read_from(struct connection *connection) {
  static uint8_t bytes[READ_BYTES];
  const ssize_t count = recv(connection->fd, bytes, sizeof bytes, 0);
  if (count < 0 && errno == EAGAIN) return;
  if (count < 0) fail("receiving: %s", strerror(errno));
  if (count == 0) fail("the server ended a connection");
  take(connection, bytes, (size_t)count);
  if (options.fanout) flush(&connections[0]);
  flush(connection);
}

static void open_connection(struct connection *connection) {
  struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons((uint16_t)options.port)};
  const struct timeval timeout = {.tv_sec = options.timeout_ms / 1000, .tv_usec = options.timeout_ms % 1000 * 1000};
  const int yes = 1;
  char head[4096];
  size_t length = 0;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  connection->fd = socket(AF_INET, SOCK_STREAM, 0);
  if (connection->fd < 0) fail("opening a socket: %s", strerror(errno));
  setsockopt(connection->fd, SOL_SOCKET, SO_RCVTIMEO, &timeout, sizeof timeout);
  setsockopt(connection->fd, IPPROTO_TCP, TCP_NODELAY, &yes, sizeof yes);
  if (connect(connection->fd, (struct sockaddr *)&address, sizeof address) != 0) fail("connecting: %s", strerror(errno));

  char request[1024];
  const int request_bytes = snprintf(request, sizeof request,
                                     "GET %s HTTP/1.1\r\nHost: 127.0.0.1:%d\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                                     "Sec-WebSocket-Key: " KEY "\r\nSec-WebSocket-Version: 13\r\n\r\n",
                                     options.path, options.port);
  if (request_bytes >= (int)sizeof request) fail("the path is too long");
  if (send(connection->fd, request, (size_t)request_bytes, MSG_NOSIGNAL) != request_bytes) fail("sending the request");

  char *end = NULL;
  while (end == NULL) {
    const ssize_t count = recv(connection->fd, head + length, sizeof head - 1 - length, 0);
    if (count <= 0) fail("no answer to a request");
    length += (size_t)count;
    head[length] = '\0';
    end = strstr(head, "\r\n\r\n");
    if (end == NULL && length == sizeof head - 1) fail("the answer to a request is too long");
  }
  if (strncmp(head, "HTTP/1.1 101 ", 13) != 0) fail("the server answered %.12s", head);
  if (strstr(head, ACCEPT) == NULL) fail("the server answered with a wrong Sec-WebSocket-Accept");
  connection->out = malloc(out_bytes());
  if (connection->out == NULL) fail("out of memory");
  fcntl(connection->fd, F_SETFL, O_NONBLOCK);
  struct epoll_event event = {.events = EPOLLIN, .data.ptr = connection};
  epoll_ctl(epoll_fd, EPOLL_CTL_ADD, connection->fd, &event);
  end += 4;
  take(connection, (const uint8_t *)end, length - (size_t)(end - head));
}

/* Runs until the time has come, or, at the end, until nothing is in flight. */
static void run_until(uint64_t deadline) {
  struct epoll_event events[EVENTS];
  for (uint64_t now = now_ns(); now < deadline && !(stopped && in_flight == 0); now = now_ns()) {
    const int count = epoll_wait(epoll_fd, events, EVENTS, (int)((deadline - now) / 1000000) + 1);
    if (count < 0 && errno != EINTR) fail("waiting: %s", strerror(errno));
    for (int i = 0; i < count; i++) {
      struct connection *connection = events[i].data.ptr;
      if (events[i].events & EPOLLOUT) flush(connection);
      if (events[i].events & ~(uint32_t)EPOLLOUT) read_from(connection);
    }
  }
}

static long number_in(const char *name, const char *text, long least, long most) {
  char *end;
  errno = 0;
  const long number = strtol(text, &end, 10);
  if (errno != 0 || end == text || *end != '\0' || number < least || number > most)
    fail("--%s is a whole number from %ld to %ld, not %s", name, least, most, text);
  return number;
}

static void read_options(int count, char **arguments) {
  static const struct option names[] = {
      {"port", 1, NULL, 'o'},      {"path", 1, NULL, 'a'},        {"connections", 1, NULL, 'c'}, {"depth", 1, NULL, 'p'},
      {"size", 1, NULL, 's'},      {"pid", 1, NULL, 'i'},         {"warmup-ms", 1, NULL, 'w'},   {"duration-ms", 1, NULL, 'd'},
      {"timeout-ms", 1, NULL, 't'}, {"work-ns", 1, NULL, 'n'},    {"text", 0, NULL, 'x'},       {NULL, 0, NULL, 0}};
  const char *mode = count > 1 ? arguments[1] : "";
  options.fanout = strcmp(mode, "fanout") == 0;
  if (!options.fanout && strcmp(mode, "echo") != 0) fail("begin with echo or fanout");
  options.path = options.fanout ? "/room" : "/echo";
  options.connections = options.fanout ? 500 : 50;
  optind = 2;
  for (int name, index = 0; (name = getopt_long(count, arguments, "", names, &index)) != -1;) {
    const char *is = names[index].name;
    if (name == 'o') options.port = (int)number_in(is, optarg, 1, 65535);
    else if (name == 'a') options.path = optarg;
    else if (name == 'c') options.connections = (unsigned)number_in(is, optarg, 1, 1000000);
    else if (name == 'p') options.depth = (unsigned)number_in(is, optarg, 1, 1000000);
    else if (name == 's') options.size = (size_t)number_in(is, optarg, 1, 1 << 30);
    else if (name == 'i') options.pid = (int)number_in(is, optarg, 1, 1 << 30);
    else if (name == 'w') options.warmup_ms = number_in(is, optarg, 0, 86400000);
    else if (name == 'd') options.duration_ms = number_in(is, optarg, 1, 86400000);
    else if (name == 't') options.timeout_ms = number_in(is, optarg, 1, 86400000);
    else if (name == 'n') options.work_ns = number_in(is, optarg, 0, 1000000000);
    else if (name == 'x') options.text = true;
    else exit(2);
  }
  if (options.port == 0) fail("--port is missing");
  if (optind < count) fail("%s is no option", arguments[optind]);
}

int main(int count, char **arguments) {
  read_options(count, arguments);
  prepare_frame();
  epoll_fd = epoll_create1(0);
  connections = calloc(options.connections, sizeof *connections);
  undelivered = calloc(options.depth, sizeof *undelivered);
  if (connections == NULL || undelivered == NULL) fail("out of memory");
  for (unsigned i = 0; i < options.connections; i++) open_connection(&connections[i]);
  for (unsigned i = 0; i < (options.fanout ? 1 : options.connections); i++) {
    for (unsigned n = 0; n < options.depth; n++) queue_message(&connections[i]);
    flush(&connections[i]);
  }

  const uint64_t start = now_ns();
  run_until(start + (uint64_t)options.warmup_ms * 1000000u);
  const uint64_t from = now_ns(), messages_before = received, cpu_before = server_cpu_ns();
  run_until(from + (uint64_t)options.duration_ms * 1000000u);
  const uint64_t elapsed = now_ns() - from, messages = received - messages_before, cpu = server_cpu_ns() - cpu_before;
  stopped = true;
  run_until(now_ns() + (uint64_t)options.timeout_ms * 1000000u);
  if (in_flight > 0) fail("%llu messages have not come back", (unsigned long long)in_flight);

  printf("{\"mode\":\"%s\",\"connections\":%u,\"depth\":%u,\"size\":%zu,\"binary\":%s,\"messages\":%llu,\"elapsedNs\":%llu,"
         "\"serverCpuNs\":%llu}\n",
         options.fanout ? "fanout" : "echo", options.connections, options.depth, options.size,
         options.text ? "false" : "true", (unsigned long long)messages, (unsigned long long)elapsed,
         (unsigned long long)cpu);
  return 0;
}
