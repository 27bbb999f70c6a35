/* The page's module has no network. DCMTK's logger can write to sockets, which nobody configures: these take the place of
 * Emscripten's sockets, which would bring its file system along. Each call fails. */
#include <errno.h>
#include <netdb.h>
#include <sys/socket.h>

static int refuse(void) {
  errno = ENOSYS;
  return -1;
}
int socket(int domain, int type, int protocol) { return refuse(); }
int connect(int fd, const struct sockaddr* address, socklen_t length) { return refuse(); }
int bind(int fd, const struct sockaddr* address, socklen_t length) { return refuse(); }
int listen(int fd, int backlog) { return refuse(); }
int accept(int fd, struct sockaddr* address, socklen_t* length) { return refuse(); }
int shutdown(int fd, int how) { return refuse(); }
int setsockopt(int fd, int level, int name, const void* value, socklen_t length) { return refuse(); }
int getsockopt(int fd, int level, int name, void* value, socklen_t* length) { return refuse(); }
int getsockname(int fd, struct sockaddr* address, socklen_t* length) { return refuse(); }
ssize_t send(int fd, const void* bytes, size_t length, int flags) { return refuse(); }
ssize_t sendto(int fd, const void* bytes, size_t length, int flags, const struct sockaddr* to, socklen_t size) { return refuse(); }
ssize_t sendmsg(int fd, const struct msghdr* message, int flags) { return refuse(); }
ssize_t recv(int fd, void* bytes, size_t length, int flags) { return refuse(); }
ssize_t recvfrom(int fd, void* bytes, size_t length, int flags, struct sockaddr* from, socklen_t* size) { return refuse(); }
int getaddrinfo(const char* host, const char* service, const struct addrinfo* hints, struct addrinfo** found) { return EAI_FAIL; }
void freeaddrinfo(struct addrinfo* found) {}
struct hostent* gethostbyname(const char* name) { return 0; }
struct hostent* gethostbyaddr(const void* address, socklen_t length, int type) { return 0; }
