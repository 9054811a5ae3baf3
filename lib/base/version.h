/* version: of this program, as CHANGES names it. */
#ifndef BASE_VERSION_H
#define BASE_VERSION_H

#define WIZ98_VERSION "1"

#endif
