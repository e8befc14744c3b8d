/* Have the threads of a library be slow just after they said that their work is done.

   A thread that delivered its result waits until the process exits, and then a little longer. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <pthread.h>
#include <stdlib.h>
#include <sys/syscall.h>
#include <unistd.h>

static volatile int leaving = 0;

/* Called while the interpreter ends, which it keeps from going on for three milliseconds. */
void now_leaving(void) {
  leaving = 1;
  usleep(3000);
}

int pthread_cond_broadcast(pthread_cond_t *condition) {
  static int (*real)(pthread_cond_t *);
  if (!real) real = dlsym(RTLD_NEXT, "pthread_cond_broadcast");
  int done = real(condition);
  if (getpid() != syscall(SYS_gettid)) {
    for (int i = 0; i < 150 && !leaving; i++) usleep(200);
    if (leaving) usleep(atoi(getenv("TROOPDATA_LATE")));
  }
  return done;
}
