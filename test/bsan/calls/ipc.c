// Intent: waiting for another process, by a queue or a semaphore, or for an
// asynchronous file operation is reported; IPC_NOWAIT, O_NONBLOCK, what is
// there already and times that are over are not.

// RUN: %bsan_cc -Wall -Werror -Wno-unused-result %s %S/Inputs/rule_main.c -o %t -ldl -lpthread -lrt
// RUN: %python %S/check_rule.py %s %t.dir %run %t

#define _GNU_SOURCE
#include <aio.h>
#include <errno.h>
#include <fcntl.h>
#include <mqueue.h>
#include <semaphore.h>
#include <stdio.h>
#include <sys/ipc.h>
#include <sys/mman.h>
#include <sys/msg.h>
#include <sys/sem.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "rule.h"

extern mqd_t __mq_open_2(const char *, int);

enum { SIZE = 8, TYPE = 1 };

static struct message {
  long type;
  char text[SIZE];
} message = {TYPE, "text"}, received;
static int queue = -1, semaphores = -1, file;
static mqd_t blocking = -1, nonblocking = -1;
static int ends[2];
static char name[32], fifo[64];
static struct aiocb operation;
static struct aiocb64 operation64;
static const struct timespec no_time, past = {1, 0};
static struct timespec late;

#define TAKE (&(struct sembuf){.sem_op = -1})
#define TRY_TAKE (&(struct sembuf){.sem_op = -1, .sem_flg = IPC_NOWAIT})
#define GIVE (&(struct sembuf){.sem_op = 1})

// These outlive the process, so a report has to remove them too.
static void remove_objects(void) {
  msgctl(queue, IPC_RMID, NULL);
  semctl(semaphores, 0, IPC_RMID);
  unlink(fifo);
}

static mqd_t make_queue(int flags) {
  struct mq_attr attributes = {.mq_maxmsg = 1, .mq_msgsize = SIZE};
  mqd_t made = mq_open(name, O_RDWR | O_CREAT | flags, 0600, &attributes);
  mq_unlink(name);
  return made;
}

void rule_setup(void) {
  snprintf(name, sizeof(name), "/bsan-rule-%d", getpid());
  snprintf(fifo, sizeof(fifo), "/dev/shm%s", name);
  queue = msgget(IPC_PRIVATE, 0600);
  semaphores = semget(IPC_PRIVATE, 1, 0600);
  __bsan_set_death_callback(remove_objects);
  blocking = make_queue(0);
  nonblocking = make_queue(O_NONBLOCK);
  file = open("file", O_RDWR | O_CREAT | O_TRUNC, 0600);
  pipe(ends);
  operation = (struct aiocb){.aio_fildes = ends[0],
                             .aio_buf = rule_data,
                             .aio_nbytes = 1,
                             .aio_lio_opcode = LIO_READ};
  operation64 = (struct aiocb64){.aio_fildes = file,
                                 .aio_buf = "text",
                                 .aio_nbytes = SIZE / 2,
                                 .aio_lio_opcode = LIO_WRITE};
  clock_gettime(CLOCK_REALTIME, &late);
  late.tv_sec += 60;
}

void rule_teardown(void) {
  remove_objects();
  mq_close(blocking);
  mq_close(nonblocking);
}

static void send_message(void) { msgsnd(queue, &message, SIZE, 0); }
static void give(void) { semop(semaphores, GIVE, 1); }
static void mq_put(void) { mq_send(blocking, "text", SIZE / 2, 0); }
static void mq_take(void) { mq_receive(blocking, received.text, SIZE, NULL); }
static void write_byte(void) { write(ends[1], "a", 1); }

// As many as a queue holds.
static void fill(void) {
  while (msgsnd(queue, &message, SIZE, IPC_NOWAIT) == 0)
    ;
}

static void receive_message(void) {
  struct message unused;
  msgrcv(queue, &unused, SIZE, 0, 0);
}

// Nothing may still be read into the data when they are compared.
static int completed(int result) {
  int error = errno;
  rule_leave_loop();
  write_byte();
  aio_suspend((const struct aiocb *[]){&operation}, 1, NULL);
  errno = error;
  return result;
}

static void write_to_fifo(void) { close(open(fifo, O_WRONLY)); }

RULE_PREPARED(msgsnd, msgsnd, ipc, (fill(); rule_other(NULL, receive_message)),
              msgsnd(queue, &message, SIZE, 0), (fill()),
              msgsnd(queue, &message, SIZE, IPC_NOWAIT));
RULE_PREPARED(msgrcv, msgrcv, ipc, (rule_other(NULL, send_message)),
              msgrcv(queue, &received, SIZE, TYPE, 0), (),
              msgrcv(queue, &received, SIZE, TYPE, IPC_NOWAIT));
RULE_PREPARED(semop, semop, ipc, (rule_other(NULL, give)),
              semop(semaphores, TAKE, 1), (), semop(semaphores, TRY_TAKE, 1));
RULE_VARIANT(semop_available, semop, semop, ipc, (rule_other(NULL, give)),
             semop(semaphores, TAKE, 1), (give()), semop(semaphores, TAKE, 1));
RULE_PREPARED(semtimedop, semtimedop, ipc, (rule_other(NULL, give)),
              semtimedop(semaphores, TAKE, 1, NULL), (),
              semtimedop(semaphores, TAKE, 1, &no_time));

RULE_PREPARED(mq_send, mq_send, ipc, (mq_put(); rule_other(NULL, mq_take)),
              mq_send(blocking, "text", SIZE / 2, 0), (),
              mq_send(nonblocking, "text", SIZE / 2, 0));
RULE_PREPARED(mq_receive, mq_receive, ipc, (rule_other(NULL, mq_put)),
              mq_receive(blocking, rule_data, SIZE, NULL), (),
              mq_receive(nonblocking, rule_data, SIZE, NULL));
RULE_PREPARED(mq_timedsend, mq_timedsend, ipc,
              (mq_put(); rule_other(NULL, mq_take)),
              mq_timedsend(blocking, "text", SIZE / 2, 0, &late), (mq_put()),
              mq_timedsend(blocking, "text", SIZE / 2, 0, &past));
RULE_PREPARED(mq_timedreceive, mq_timedreceive, ipc, (rule_other(NULL, mq_put)),
              mq_timedreceive(blocking, rule_data, SIZE, NULL, &late), (),
              mq_timedreceive(blocking, rule_data, SIZE, NULL, &past));

RULE_QUIET(mq_open, mq_open, ipc, (), mq_open("/bsan-none", O_RDONLY), (),
           mq_open("none", O_RDONLY));
RULE_QUIET(__mq_open_2, mq_open, ipc, (), __mq_open_2("/bsan-none", O_RDONLY),
           (), __mq_open_2("none", O_RDONLY));
// What is opened may be a fifo: that waits for whoever writes to it.
RULE_MEASURED(shm_open, shm_open, ipc,
              (mkfifo(fifo, 0600); rule_other(NULL, write_to_fifo)),
              shm_open(name, O_RDONLY, 0) >= 0, (),
              shm_open(name, O_RDONLY, 0) >= 0);
RULE_QUIET(sem_open, sem_open, ipc, (), sem_open(name, 0) != SEM_FAILED, (),
           sem_open("", 0) != SEM_FAILED);

#define ONE_OF(operation) ((const struct aiocb *[]){&operation})
#define ONE_OF_64(operation) ((const struct aiocb64 *[]){&operation})
#define ALL_OF(operation) ((struct aiocb *[]){&operation})
#define ALL_OF_64(operation) ((struct aiocb64 *[]){&operation})

RULE_PREPARED(aio_suspend, aio_suspend, ipc,
              (aio_read(&operation); rule_other(NULL, write_byte)),
              aio_suspend(ONE_OF(operation), 1, NULL), (aio_read(&operation)),
              completed(aio_suspend(ONE_OF(operation), 1, &no_time)));
RULE(aio_suspend64, aio_suspend, ipc,
     aio_suspend64(ONE_OF_64(operation64), 1, NULL),
     aio_suspend64(ONE_OF_64(operation64), 1, &no_time));
RULE_PREPARED(lio_listio, lio_listio, ipc, (rule_other(NULL, write_byte)),
              lio_listio(LIO_WAIT, ALL_OF(operation), 1, NULL), (),
              lio_listio(LIO_NOWAIT, ALL_OF(operation), 0, NULL));
RULE(lio_listio64, lio_listio, ipc,
     lio_listio64(LIO_WAIT, ALL_OF_64(operation64), 1, NULL),
     lio_listio64(LIO_NOWAIT, ALL_OF_64(operation64), 0, NULL));
