// Intent: looking up hosts, services and users is reported unless there is
// nothing to look up.

// RUN: %bsan_cc -Wall -Werror -Wno-unused-result %s %S/Inputs/rule_main.c -o %t -ldl -lpthread
// RUN: %python %S/check_rule.py %s %t.dir %run %t

#define _GNU_SOURCE
#include <arpa/inet.h>
#include <grp.h>
#include <netdb.h>
#include <netinet/in.h>
#include <pwd.h>
#include <resolv.h>
#include <string.h>
#include <unistd.h>

#include "rule.h"

// The header's other names for them.
#undef res_query
#undef res_search
#undef res_send
#undef res_nquery
#undef res_nquerydomain
#undef res_nsearch
#undef res_nsend

enum { TYPE_A = 1, CLASS_IN = 1, FTP = 21, TCP = 6, LOOPBACK = 127 };

static const struct addrinfo numeric = {.ai_flags =
                                            AI_NUMERICHOST | AI_NUMERICSERV};
static struct addrinfo *found;
static struct sockaddr_in address;
static char host[256], data[4096];
static struct hostent entry, *entry_found;
static struct passwd user, *user_found;
static struct group group, *group_found;
static struct servent service, *service_found;
static struct protoent protocol, *protocol_found;
static struct netent network, *network_found;
static gid_t groups[64];
static int groups_count;
static int host_error;
static struct __res_state own_state;
static unsigned char query[128], answer[512];
static int query_size;
static const struct gaicb *requests[] = {NULL};
static const struct timespec no_time;

// Port 9 of this machine answers nobody, and says so at once.
static void ask_nobody(struct __res_state *state) {
  state->nscount = 1;
  state->nsaddr_list[0] = address;
  state->nsaddr_list[0].sin_port = htons(9);
  state->retrans = state->retry = 1;
}

void rule_setup(void) {
  address = (struct sockaddr_in){.sin_family = AF_INET,
                                 .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
  res_ninit(&own_state);
  ask_nobody(&own_state);
  res_init();
  ask_nobody(&_res);
  query_size = res_mkquery(QUERY, "localhost", CLASS_IN, TYPE_A, NULL, 0, NULL,
                           query, sizeof(query));
  groups_count = 64;
  setpwent();
  setgrent();
}

void rule_teardown(void) {
  endpwent();
  endgrent();
  res_nclose(&own_state);
}

#define NAME_INFO(flags)                                                       \
  getnameinfo((struct sockaddr *)&address, sizeof(address), host,              \
              sizeof(host), NULL, 0, flags)
#define HOST_R(name)                                                           \
  gethostbyname_r(name, &entry, data, sizeof(data), &entry_found, &host_error)
#define USER_R(name) getpwnam_r(name, &user, data, sizeof(data), &user_found)
#define USER_ID_R(id) getpwuid_r(id, &user, data, sizeof(data), &user_found)
#define GROUP_R(name) getgrnam_r(name, &group, data, sizeof(data), &group_found)
#define GROUP_ID_R(id) getgrgid_r(id, &group, data, sizeof(data), &group_found)
#define HOST_AT                                                                \
  gethostbyaddr(&address.sin_addr, sizeof(address.sin_addr), AF_INET)

RULE(getaddrinfo, getaddrinfo, dns,
     getaddrinfo("localhost", "80", NULL, &found),
     getaddrinfo("127.0.0.1", "80", NULL, &found));
RULE_VARIANT(getaddrinfo_service, getaddrinfo, getaddrinfo, dns, (),
             getaddrinfo("::1", "http", NULL, &found), (),
             getaddrinfo("localhost", "http", &numeric, &found));
RULE(getnameinfo, getnameinfo, dns, NAME_INFO(NI_NUMERICSERV),
     NAME_INFO(NI_NUMERICHOST | NI_NUMERICSERV));
RULE(gethostbyname, gethostbyname, dns, gethostbyname("localhost") != NULL,
     gethostbyname("127.0.0.1") != NULL);
RULE(gethostbyname2, gethostbyname2, dns,
     gethostbyname2("localhost", AF_INET) != NULL,
     gethostbyname2("127.0.0.1", AF_INET) != NULL);
RULE(gethostbyname_r, gethostbyname_r, dns, HOST_R("localhost"),
     HOST_R("127.0.0.1"));
RULE(gethostbyaddr, gethostbyaddr, dns, HOST_AT != NULL,
     RULE_OUTSIDE(HOST_AT != NULL));

RULE(getpwnam, getpwnam, dns, getpwnam("root") != NULL,
     RULE_OUTSIDE(getpwnam("nobody here") != NULL));
RULE(getpwuid, getpwuid, dns, getpwuid(0) != NULL,
     RULE_OUTSIDE(getpwuid(0) != NULL));
RULE(getgrnam, getgrnam, dns, getgrnam("nobody here") != NULL,
     RULE_OUTSIDE(getgrnam("root") != NULL));
RULE(getgrgid, getgrgid, dns, getgrgid(0) != NULL,
     RULE_OUTSIDE(getgrgid(0) != NULL));
RULE(getpwnam_r, getpwnam_r, dns, USER_R("root"), RULE_OUTSIDE(USER_R("root")));
RULE(getpwuid_r, getpwuid_r, dns, USER_ID_R(0), RULE_OUTSIDE(USER_ID_R(0)));
RULE(getgrnam_r, getgrnam_r, dns, GROUP_R("root"),
     RULE_OUTSIDE(GROUP_R("root")));
RULE(getgrgid_r, getgrgid_r, dns, GROUP_ID_R(0), RULE_OUTSIDE(GROUP_ID_R(0)));

#define HOST2_R(name)                                                          \
  gethostbyname2_r(name, AF_INET, &entry, data, sizeof(data), &entry_found,    \
                   &host_error)
#define HOST_AT_R                                                              \
  gethostbyaddr_r(&address.sin_addr, sizeof(address.sin_addr), AF_INET,        \
                  &entry, data, sizeof(data), &entry_found, &host_error)
RULE(gethostbyname2_r, gethostbyname2_r, dns, HOST2_R("localhost"),
     HOST2_R("127.0.0.1"));
RULE(gethostbyaddr_r, gethostbyaddr_r, dns, HOST_AT_R, RULE_OUTSIDE(HOST_AT_R));

// Programs bind to either name, by the glibc that they were linked with.
typedef int ask(const char *, int, int, unsigned char *, int);
typedef int send_off(const unsigned char *, int, unsigned char *, int);
typedef int nask(res_state, const char *, int, int, unsigned char *, int);
typedef int nsend_off(res_state, const unsigned char *, int, unsigned char *,
                      int);
typedef int ask_in(const char *, const char *, int, int, unsigned char *, int);
typedef int nask_in(res_state, const char *, const char *, int, int,
                    unsigned char *, int);
#define ASK_IN                                                                 \
  call("www", "localhost", CLASS_IN, TYPE_A, answer, sizeof(answer))
#define NASK_IN                                                                \
  call(&own_state, "www", "localhost", CLASS_IN, TYPE_A, answer, sizeof(answer))
#define ASK call("localhost", CLASS_IN, TYPE_A, answer, sizeof(answer))
#define NASK                                                                   \
  call(&own_state, "localhost", CLASS_IN, TYPE_A, answer, sizeof(answer))
#define SEND call(query, query_size, answer, sizeof(answer))
#define NSEND call(&own_state, query, query_size, answer, sizeof(answer))

RULE_PREPARED(res_query, res_query, dns, (ask *call = rule_lookup("res_query")),
              ASK, (ask *call = rule_lookup("res_query")), RULE_OUTSIDE(ASK));
RULE_PREPARED(__res_query, res_query, dns,
              (ask *call = rule_lookup("__res_query")), ASK,
              (ask *call = rule_lookup("__res_query")), RULE_OUTSIDE(ASK));
RULE_PREPARED(res_search, res_search, dns,
              (ask *call = rule_lookup("res_search")), ASK,
              (ask *call = rule_lookup("res_search")), RULE_OUTSIDE(ASK));
RULE_PREPARED(__res_search, res_search, dns,
              (ask *call = rule_lookup("__res_search")), ASK,
              (ask *call = rule_lookup("__res_search")), RULE_OUTSIDE(ASK));
RULE_PREPARED(res_send, res_send, dns,
              (send_off *call = rule_lookup("res_send")), SEND,
              (send_off *call = rule_lookup("res_send")), RULE_OUTSIDE(SEND));
RULE_PREPARED(__res_send, res_send, dns,
              (send_off *call = rule_lookup("__res_send")), SEND,
              (send_off *call = rule_lookup("__res_send")), RULE_OUTSIDE(SEND));
RULE_PREPARED(res_nquery, res_nquery, dns,
              (nask *call = rule_lookup("res_nquery")), NASK,
              (nask *call = rule_lookup("res_nquery")), RULE_OUTSIDE(NASK));
RULE_PREPARED(__res_nquery, res_nquery, dns,
              (nask *call = rule_lookup("__res_nquery")), NASK,
              (nask *call = rule_lookup("__res_nquery")), RULE_OUTSIDE(NASK));
RULE_PREPARED(res_nsearch, res_nsearch, dns,
              (nask *call = rule_lookup("res_nsearch")), NASK,
              (nask *call = rule_lookup("res_nsearch")), RULE_OUTSIDE(NASK));
RULE_PREPARED(__res_nsearch, res_nsearch, dns,
              (nask *call = rule_lookup("__res_nsearch")), NASK,
              (nask *call = rule_lookup("__res_nsearch")), RULE_OUTSIDE(NASK));
RULE_PREPARED(res_nsend, res_nsend, dns,
              (nsend_off *call = rule_lookup("res_nsend")), NSEND,
              (nsend_off *call = rule_lookup("res_nsend")),
              RULE_OUTSIDE(NSEND));
RULE_PREPARED(__res_nsend, res_nsend, dns,
              (nsend_off *call = rule_lookup("__res_nsend")), NSEND,
              (nsend_off *call = rule_lookup("__res_nsend")),
              RULE_OUTSIDE(NSEND));
RULE_PREPARED(res_querydomain, res_querydomain, dns,
              (ask_in *call = rule_lookup("res_querydomain")), ASK_IN,
              (ask_in *call = rule_lookup("res_querydomain")),
              RULE_OUTSIDE(ASK_IN));
RULE_PREPARED(__res_querydomain, res_querydomain, dns,
              (ask_in *call = rule_lookup("__res_querydomain")), ASK_IN,
              (ask_in *call = rule_lookup("__res_querydomain")),
              RULE_OUTSIDE(ASK_IN));
RULE_PREPARED(res_nquerydomain, res_nquerydomain, dns,
              (nask_in *call = rule_lookup("res_nquerydomain")), NASK_IN,
              (nask_in *call = rule_lookup("res_nquerydomain")),
              RULE_OUTSIDE(NASK_IN));
RULE_PREPARED(__res_nquerydomain, res_nquerydomain, dns,
              (nask_in *call = rule_lookup("__res_nquerydomain")), NASK_IN,
              (nask_in *call = rule_lookup("__res_nquerydomain")),
              RULE_OUTSIDE(NASK_IN));
RULE(getaddrinfo_a, getaddrinfo_a, dns, getaddrinfo_a(GAI_WAIT, NULL, 0, NULL),
     getaddrinfo_a(GAI_NOWAIT, NULL, 0, NULL));
RULE(gai_suspend, gai_suspend, dns, gai_suspend(requests, 1, NULL),
     gai_suspend(requests, 1, &no_time));

#define SERVICE_R(name)                                                        \
  getservbyname_r(name, "tcp", &service, data, sizeof(data), &service_found)
#define PORT_R                                                                 \
  getservbyport_r(htons(FTP), "tcp", &service, data, sizeof(data),             \
                  &service_found)
#define PROTOCOL_R(name)                                                       \
  getprotobyname_r(name, &protocol, data, sizeof(data), &protocol_found)
#define NUMBER_R                                                               \
  getprotobynumber_r(TCP, &protocol, data, sizeof(data), &protocol_found)
#define NETWORK_R                                                              \
  getnetbyname_r("loopback", &network, data, sizeof(data), &network_found,     \
                 &host_error)
#define NETWORK_AT_R                                                           \
  getnetbyaddr_r(LOOPBACK, AF_INET, &network, data, sizeof(data),              \
                 &network_found, &host_error)
#define NEXT_USER_R getpwent_r(&user, data, sizeof(data), &user_found)
#define NEXT_GROUP_R getgrent_r(&group, data, sizeof(data), &group_found)
#define GROUPS getgrouplist("root", 0, groups, &groups_count)

RULE(getservbyname, getservbyname, dns, getservbyname("ftp", "tcp") != NULL,
     RULE_OUTSIDE(getservbyname("none", "tcp") != NULL));
RULE(getservbyname_r, getservbyname_r, dns, SERVICE_R("ftp"),
     RULE_OUTSIDE(SERVICE_R("none")));
RULE(getservbyport, getservbyport, dns,
     getservbyport(htons(FTP), "tcp") != NULL,
     RULE_OUTSIDE(getservbyport(htons(FTP), "tcp") != NULL));
RULE(getservbyport_r, getservbyport_r, dns, PORT_R, RULE_OUTSIDE(PORT_R));
RULE(getprotobyname, getprotobyname, dns, getprotobyname("tcp") != NULL,
     RULE_OUTSIDE(getprotobyname("none") != NULL));
RULE(getprotobyname_r, getprotobyname_r, dns, PROTOCOL_R("tcp"),
     RULE_OUTSIDE(PROTOCOL_R("none")));
RULE(getprotobynumber, getprotobynumber, dns, getprotobynumber(TCP) != NULL,
     RULE_OUTSIDE(getprotobynumber(TCP) != NULL));
RULE(getprotobynumber_r, getprotobynumber_r, dns, NUMBER_R,
     RULE_OUTSIDE(NUMBER_R));
RULE(getnetbyname, getnetbyname, dns, getnetbyname("loopback") != NULL,
     RULE_OUTSIDE(getnetbyname("none") != NULL));
RULE(getnetbyname_r, getnetbyname_r, dns, NETWORK_R, RULE_OUTSIDE(NETWORK_R));
RULE(getnetbyaddr, getnetbyaddr, dns, getnetbyaddr(LOOPBACK, AF_INET) != NULL,
     RULE_OUTSIDE(getnetbyaddr(LOOPBACK, AF_INET) != NULL));
RULE(getnetbyaddr_r, getnetbyaddr_r, dns, NETWORK_AT_R,
     RULE_OUTSIDE(NETWORK_AT_R));
RULE(getpwent, getpwent, dns, getpwent() != NULL,
     RULE_OUTSIDE(getpwent() != NULL));
RULE(getpwent_r, getpwent_r, dns, NEXT_USER_R, RULE_OUTSIDE(NEXT_USER_R));
RULE(getgrent, getgrent, dns, getgrent() != NULL,
     RULE_OUTSIDE(getgrent() != NULL));
RULE(getgrent_r, getgrent_r, dns, NEXT_GROUP_R, RULE_OUTSIDE(NEXT_GROUP_R));
RULE(getgrouplist, getgrouplist, dns, GROUPS, RULE_OUTSIDE(GROUPS));
RULE(initgroups, initgroups, dns, initgroups("root", getgid()),
     RULE_OUTSIDE(initgroups("root", getgid())));
