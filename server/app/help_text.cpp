#include "app/options.hpp"

namespace sightline::server {
namespace {

constexpr char kProgram[] =
    R"(Sightline shows DICOM studies in a web browser, at once and without loss.

Usage: sightline COMMAND [FLAGS] [ARGUMENTS]

  serve            show the store's studies in the browser, at http://127.0.0.1:8080
  import PATH...   take files and folders of DICOM into the store
  list [SEARCH]    what is in the store
  remove UID       take a study out of the store
  demo             put a made-up demonstration study into the store
  verify           compare every stored byte with its digest, its row and its pictures
  reindex          make the index again from the originals
  backup DIR       copy the store to DIR, also while it is in use
  restore DIR      make a store from such a copy
  user add NAME    let somebody sign in (also: user remove NAME, user list)
  token add NAME   let a program in    (also: token remove NAME, token list)
  help COMMAND     more about one of them

Flags of every command
  --store DIR      where everything is kept (default: ~/.local/share/sightline,
                   or $XDG_DATA_HOME/sightline)
  --config FILE    read settings from a file of `key = value` lines; the keys are the
                   flags' names without the dashes, # starts a comment, flags win
  --log-level L    error, warning, info (default) or debug; the log goes to stderr
  --help, --version

To begin:  sightline import ~/my-dicom && sightline serve
)";

constexpr char kServe[] =
    R"(Usage: sightline serve [FLAGS]

Serves the page and the pictures of the store until it is stopped (Ctrl-C). Pictures that an
interrupted import left unprepared are prepared in the background. A store has one server
at a time; import, list, remove and demo work beside it.

On loopback, without users, nobody has to sign in. From elsewhere:
  sightline user add anna
  sightline serve --host 0.0.0.0 --port 443 --allow-host viewer.example
                  --tls-cert fullchain.pem --tls-key privkey.pem

  --host ADDRESS         address to listen on (default: 127.0.0.1). Any but this machine's
                         loopback needs TLS and a user (sightline user add NAME)
  --port N               port to listen on (default: 8080; 0: any free one, printed)
  --workers N            processes that prepare pictures (default: one per processor)
  --assets DIR           the built page (default: beside the program)
  --allow-origin ORIGIN  a web site that may embed the page, such as https://portal.example;
                         may be given more than once
  --cors-origin ORIGIN   a web site whose pages may use /dicom-web, such as another viewer;
                         may be given more than once
  --read-only yes        take nothing in by STOW-RS
  --allow-host NAME      a name that browsers or a proxy use for this server;
                         may be given more than once
  --tls-cert FILE, --tls-key FILE
                         TLS 1.2 and 1.3 with this certificate and its chain (PEM). The files
                         are loaded again when they change, and on SIGHUP
  --behind-proxy ADDRESS[,ADDRESS...]
                         plain HTTP, from these proxies only. They must set X-Forwarded-Proto
                         (https) and X-Forwarded-For, or Forwarded with for and proto, which
                         are believed from nobody else
  --max-connections N, --max-connections-per-address N
                         at once (default: 4096, 256)
  --check                only say whether it would start, with these TLS files too, and end
  --store DIR, --config FILE, --log-level L   as for every command
)";

constexpr char kImport[] =
    R"(Usage: sightline import [FLAGS] PATH...

Takes every DICOM file under the paths into the store and prepares its pictures. Files are
copied, byte for byte; the originals stay where they are. It can be stopped and started again
at any time: what is already there is passed over. Hidden files are left alone. ZIP files, also
three within one another, and .gz files are unpacked on the way; names in them lead nowhere.
Each file that is refused is named with the reason, and the import goes on. The same object with other bytes
is kept beside the first and marked as a conflict.

  --verbose        a line `stored SHA-256 FILE` for each file, once it is safe on the disk
  --workers N      processes that prepare pictures (default: one per processor)
  --store DIR, --config FILE, --log-level L   as for every command

Ends with 0 when anything in the paths is now in the store, otherwise with 1.
)";

constexpr char kList[] =
    R"(Usage: sightline list [FLAGS] [SEARCH...]

Lists the studies in the store, newest first; with words to search for, those in which every
word occurs in the patient's name or ID, description, accession number, modality or date.

  --json           as a JSON array, for programs
  --store DIR, --config FILE, --log-level L   as for every command
)";

constexpr char kRemove[] =
    R"(Usage: sightline remove [FLAGS] STUDY-INSTANCE-UID

Takes one study out of the store, its files with it. Asks first. `sightline list` shows the UIDs.

  --yes, -y        do not ask
  --store DIR, --config FILE, --log-level L   as for every command
)";

constexpr char kDemo[] =
    R"(Usage: sightline demo [FLAGS]

Puts a demonstration study into the store: a CT phantom of known values, an ultrasound cine and
a large radiograph, all made by the program. The patient is Demo^Sightline.

  --workers N      processes that prepare pictures (default: one per processor)
  --store DIR, --config FILE, --log-level L   as for every command
)";

constexpr char kVerify[] =
    R"(Usage: sightline verify [FLAGS]

Compares the index with itself, every original with its SHA-256 and with its row, and every
pyramid with its row and with what is made of the original now. Says what is wrong, changes
nothing. May run beside an import or a server; takes about as long as the import did.

  --quick          do not decode pictures: only their tables and lengths
  --workers N      originals looked at, and processes that decode, at a time (default: one per
                   processor)
  --store DIR, --config FILE, --log-level L   as for every command

Ends with 0 when nothing is wrong, otherwise with 1.
)";

constexpr char kReindex[] =
    R"(Usage: sightline reindex [FLAGS]

Makes the index again from the originals alone; the one that is there, damaged or not, is kept
as index.sqlite.before-reindex. Pyramids whose table is whole are kept, the others are made
again. Nothing else may have the store open. Killed, it goes on at the next start.

  --pictures       make all pyramids again
  --workers N      processes that prepare pictures (default: one per processor)
  --store DIR, --config FILE, --log-level L   as for every command

Ends with 0 when every original has its row and its pictures, otherwise with 1.
)";

constexpr char kBackup[] =
    R"(Usage: sightline backup [FLAGS] DIR

Copies index and originals, as they are at one moment, to DIR; import and serve go on. Every
original is compared with its SHA-256 on the way. Given the DIR of an earlier backup, only
what is new is copied. Pyramids stay behind: they are made again from the originals.

  --store DIR, --config FILE, --log-level L   as for every command

Ends with 0 when everything was copied, otherwise with 1.
)";

constexpr char kRestore[] =
    R"(Usage: sightline restore [FLAGS] DIR

Makes a new store at --store from the backup in DIR. The next import or serve prepares its
pictures.

  --store DIR, --config FILE, --log-level L   as for every command

Ends with 0 when everything was copied, otherwise with 1.
)";

constexpr char kUser[] =
    R"(Usage: sightline user add NAME | remove NAME | list [FLAGS]

Who may sign in. `add` reads the password from the terminal, or from a line of stdin; for a
name that is there it sets another password. A server that runs takes the change at once:
whoever is removed, or has another password, is out. As soon as there is a user or a token,
the server asks everybody for one, also on this machine.

Kept in the store's file `credentials` (scrypt), for its owner only; not a part of backups.

  --store DIR, --config FILE, --log-level L   as for every command
)";

constexpr char kToken[] =
    R"(Usage: sightline token add NAME | remove NAME | list [FLAGS]

Programs that may use the archive, by `Authorization: Bearer TOKEN`. `add` prints the token,
once: only its SHA-256 is kept. `remove` revokes it, at once.

  --store DIR, --config FILE, --log-level L   as for every command
)";

}  // namespace

std::string help_text(Command command) {
  switch (command) {
    case Command::serve: return kServe;
    case Command::import: return kImport;
    case Command::list: return kList;
    case Command::remove: return kRemove;
    case Command::demo: return kDemo;
    case Command::verify: return kVerify;
    case Command::reindex: return kReindex;
    case Command::backup: return kBackup;
    case Command::restore: return kRestore;
    case Command::user: return kUser;
    case Command::token: return kToken;
    case Command::none: break;
  }
  return kProgram;
}

}  // namespace sightline::server
