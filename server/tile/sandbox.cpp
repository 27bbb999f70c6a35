#include "tile/sandbox.hpp"

#include <seccomp.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <unistd.h>

#include <cerrno>
#include <initializer_list>

namespace sightline::server {
namespace {

#if defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer)
#define SIGHTLINE_SHADOW_MEMORY 1
#endif
#endif
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define SIGHTLINE_SHADOW_MEMORY 1
#endif

#ifdef SIGHTLINE_SHADOW_MEMORY
constexpr bool kLimitsMemory =
    false;  // sanitizers reserve terabytes of address space for their shadow
#else
constexpr bool kLimitsMemory = true;
#endif

bool limit(__rlimit_resource_t what, rlim_t most) {
  rlimit const value{most, most};
  return ::setrlimit(what, &value) == 0;
}

bool limit_resources(SandboxLimits const& limits) {
  if (kLimitsMemory && !limit(RLIMIT_AS, limits.memory_bytes)) return false;
  return limit(RLIMIT_CPU, limits.cpu_seconds) && limit(RLIMIT_NOFILE, 3) &&
         limit(RLIMIT_FSIZE, 0) && limit(RLIMIT_CORE, 0) && limit(RLIMIT_NPROC, 0) &&
         limit(RLIMIT_MEMLOCK, 0) && limit(RLIMIT_MSGQUEUE, 0);
}

/// What the C++ runtime needs to compute, allocate and end.
constexpr std::initializer_list<int> kAlways = {
    SCMP_SYS(munmap),      SCMP_SYS(mremap),          SCMP_SYS(brk),
    SCMP_SYS(madvise),     SCMP_SYS(futex),           SCMP_SYS(exit),
    SCMP_SYS(exit_group),  SCMP_SYS(rt_sigreturn),    SCMP_SYS(clock_gettime),
    SCMP_SYS(getrandom),   SCMP_SYS(sched_yield),     SCMP_SYS(gettimeofday),
    SCMP_SYS(time),        SCMP_SYS(restart_syscall), SCMP_SYS(rt_sigprocmask),
    SCMP_SYS(sigaltstack), SCMP_SYS(getpid),          SCMP_SYS(gettid),
};

/// Allows a call only where one of its arguments, masked, has a value.
bool allow_where(scmp_filter_ctx filter, int call, unsigned argument, scmp_datum_t mask,
                 scmp_datum_t value) {
  scmp_arg_cmp const condition{argument, SCMP_CMP_MASKED_EQ, mask, value};
  return seccomp_rule_add_array(filter, SCMP_ACT_ALLOW, call, 1, &condition) == 0;
}

bool allow(scmp_filter_ctx filter) {
  constexpr scmp_datum_t kWhole = ~scmp_datum_t{0};
  bool ok = true;
  for (int const call : kAlways) {
    ok = ok && seccomp_rule_add_array(filter, SCMP_ACT_ALLOW, call, 0, nullptr) == 0;
  }
  ok = ok && allow_where(filter, SCMP_SYS(read), 0, kWhole, STDIN_FILENO);
  ok = ok && allow_where(filter, SCMP_SYS(write), 0, kWhole, STDOUT_FILENO);
  // Memory may be had, but none that can be executed.
  for (int const call : {SCMP_SYS(mmap), SCMP_SYS(mprotect)}) {
    ok = ok && allow_where(filter, call, 2, PROT_EXEC, 0);
  }
  return ok;
}

}  // namespace

Status enter_sandbox(SandboxLimits const& limits) {
  if (::prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0)
    return fail(Errc::io, "the kernel refuses no_new_privs");
  if (::prctl(PR_SET_DUMPABLE, 0, 0, 0, 0) != 0)
    return fail(Errc::io, "the kernel refuses to end dumpability");
  if (!limit_resources(limits)) return fail(Errc::io, "the kernel refuses the resource limits");
  scmp_filter_ctx const filter = seccomp_init(SCMP_ACT_ERRNO(EPERM));
  if (!filter) return fail(Errc::io, "no memory for the system call filter");
  bool const loaded = allow(filter) && seccomp_load(filter) == 0;
  seccomp_release(filter);
  if (!loaded) return fail(Errc::io, "the kernel refuses the system call filter");
  return {};
}

}  // namespace sightline::server
