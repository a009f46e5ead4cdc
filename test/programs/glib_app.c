//===-- glib_app.c - What glib.sh runs ------------------------------------===//
//
// Part of BlockSanitizer, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// glib_app SOCKET FOLDER: a server on a unix-domain socket in GLib's main loop.
// A client sends a word and gets a line; the words of the second half of the
// table block the loop.
//
//===----------------------------------------------------------------------===//

#include <gio/gio.h>
#include <gio/gunixsocketaddress.h>
#include <glib/gstdio.h>
#include <unistd.h>

static GMainLoop *loop;
static const char *folder;
static int exit_status = 1;

// A client's connection, from its word to its line.
struct client {
  GSocketConnection *connection;
  char word[32];
  char *answer;
};

static void close_client(struct client *client) {
  g_io_stream_close(G_IO_STREAM(client->connection), NULL, NULL);
  g_object_unref(client->connection);
  g_free(client->answer);
  g_free(client);
}

static void on_written(GObject *stream, GAsyncResult *result, gpointer data) {
  g_output_stream_write_all_finish(G_OUTPUT_STREAM(stream), result, NULL, NULL);
  close_client(data);
}

static void reply(struct client *client, char *answer) {
  client->answer = answer;
  g_output_stream_write_all_async(
      g_io_stream_get_output_stream(G_IO_STREAM(client->connection)), answer,
      strlen(answer), G_PRIORITY_DEFAULT, NULL, on_written, client);
}

static char *path_of(const char *name) {
  return g_build_filename(folder, name, NULL);
}

//--- Answers that do not block ---------------------------------------------//

static void say_hello(struct client *client) {
  reply(client, g_strdup("hello\n"));
}

static gboolean on_timer(gpointer data) {
  reply(data, g_strdup("later\n"));
  return G_SOURCE_REMOVE;
}

static void say_later(struct client *client) {
  g_timeout_add(10, on_timer, client);
}

static void on_loaded(GObject *file, GAsyncResult *result, gpointer data) {
  char *text = NULL;
  g_file_load_contents_finish(G_FILE(file), result, &text, NULL, NULL, NULL);
  reply(data, text ? text : g_strdup("error\n"));
  g_object_unref(file);
}

// GIO reads on a worker thread.
static void load_file(struct client *client) {
  char *path = path_of("async");
  g_file_load_contents_async(g_file_new_for_path(path), NULL, on_loaded,
                             client);
  g_free(path);
}

static gboolean on_rested(gpointer data) {
  reply(data, g_strdup("rested\n"));
  return G_SOURCE_REMOVE;
}

static void rest_in_pool(gpointer data, gpointer unused) {
  (void)unused;
  g_usleep(10000);
  g_idle_add(on_rested, data);
}

static void rest(struct client *client) {
  static GThreadPool *pool;
  if (!pool)
    pool = g_thread_pool_new(rest_in_pool, NULL, 2, FALSE, NULL);
  g_thread_pool_push(pool, client, NULL);
}

static void quit(struct client *client) {
  reply(client, g_strdup("bye\n"));
  exit_status = 3;
  g_main_loop_quit(loop);
}

//--- Answers that do -------------------------------------------------------//

static void read_file(struct client *client) {
  char *path = path_of("sync"), *text = NULL;
  g_file_get_contents(path, &text, NULL, NULL);
  g_free(path);
  reply(client, text ? text : g_strdup("error\n"));
}

static void use_files(struct client *client) {
  char *made = path_of("made"), *file = path_of("made/file");
  int count = 0;
  g_mkdir(made, 0700);
  g_file_set_contents(file, "text", -1, NULL);
  GDir *entries = g_dir_open(made, 0, NULL);
  while (g_dir_read_name(entries))
    count++;
  g_dir_close(entries);
  gboolean exists = g_file_test(file, G_FILE_TEST_IS_REGULAR);
  g_unlink(file);
  g_rmdir(made);
  g_free(made);
  g_free(file);
  reply(client, g_strdup_printf("%d %d\n", count, exists));
}

static void sleep_here(struct client *client) {
  g_usleep(10000);
  reply(client, g_strdup("slept\n"));
}

static void spawn(struct client *client) {
  char *out = NULL;
  g_spawn_command_line_sync("echo from a child", &out, NULL, NULL, NULL);
  reply(client, out ? out : g_strdup("error\n"));
}

static GMutex mutex;
static GCond taken;
static gboolean is_taken;

static gpointer hold(gpointer unused) {
  g_mutex_lock(&mutex);
  is_taken = TRUE;
  g_cond_signal(&taken);
  g_mutex_unlock(&mutex);
  g_mutex_lock(&mutex);
  g_usleep(10000);
  g_mutex_unlock(&mutex);
  return unused;
}

// Waits for a condition, perhaps for the lock, and for the thread.
static void lock(struct client *client) {
  GThread *thread = g_thread_new("holder", hold, NULL);
  g_mutex_lock(&mutex);
  while (!is_taken)
    g_cond_wait(&taken, &mutex);
  is_taken = FALSE;
  g_mutex_unlock(&mutex);
  g_thread_join(thread);
  reply(client, g_strdup("locked\n"));
}

// The loop's own descriptors are not blocking; this pipe is.
static void use_pipe(struct client *client) {
  int fds[2];
  char byte = 0;
  gboolean is_good = pipe(fds) == 0 && write(fds[1], "x", 1) == 1 &&
                     read(fds[0], &byte, 1) == 1;
  close(fds[0]);
  close(fds[1]);
  reply(client, g_strdup_printf("%d\n", is_good && byte == 'x'));
}

//--- The server ------------------------------------------------------------//

static const struct {
  const char *word;
  void (*act)(struct client *client);
} answers[] = {
    {"hello", say_hello}, {"later", say_later},  {"load", load_file},
    {"rest", rest},       {"quit", quit},        {"read", read_file},
    {"files", use_files}, {"sleep", sleep_here}, {"spawn", spawn},
    {"lock", lock},       {"pipe", use_pipe},
};

static void on_word(GObject *stream, GAsyncResult *result, gpointer data) {
  struct client *client = data;
  gssize count =
      g_input_stream_read_finish(G_INPUT_STREAM(stream), result, NULL);
  g_strchomp(client->word);
  for (size_t i = 0; count > 0 && i < G_N_ELEMENTS(answers); i++) {
    if (g_str_equal(client->word, answers[i].word)) {
      answers[i].act(client);
      return;
    }
  }
  close_client(client);
}

static gboolean on_client(GSocketService *service,
                          GSocketConnection *connection, GObject *source,
                          gpointer unused) {
  struct client *client = g_new0(struct client, 1);
  (void)service, (void)source, (void)unused;
  client->connection = g_object_ref(connection);
  g_input_stream_read_async(
      g_io_stream_get_input_stream(G_IO_STREAM(connection)), client->word,
      sizeof(client->word) - 1, G_PRIORITY_DEFAULT, NULL, on_word, client);
  return TRUE;
}

int main(int argc, char **argv) {
  if (argc != 3)
    return 2;
  folder = argv[2];
  GSocketService *service = g_socket_service_new();
  GSocketAddress *address = g_unix_socket_address_new(argv[1]);
  if (!g_socket_listener_add_address(
          G_SOCKET_LISTENER(service), address, G_SOCKET_TYPE_STREAM,
          G_SOCKET_PROTOCOL_DEFAULT, NULL, NULL, NULL))
    return 2;
  g_signal_connect(service, "incoming", G_CALLBACK(on_client), NULL);
  loop = g_main_loop_new(NULL, FALSE);
  g_main_loop_run(loop);
  g_usleep(10000); // The loop is over: nobody waits for this thread.
  puts("done");
  return exit_status;
}
