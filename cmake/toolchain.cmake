# What the build uses when it is there: a compiler cache, a fast linker, precompiled headers.

find_package(Threads REQUIRED)
find_package(PkgConfig REQUIRED)

find_program(ENTENTE_CCACHE ccache)
if(ENTENTE_CCACHE)
  set(CMAKE_CXX_COMPILER_LAUNCHER
      ${CMAKE_COMMAND} -E env CCACHE_SLOPPINESS=pch_defines,time_macros,include_file_mtime,include_file_ctime
      CCACHE_NOHASHDIR=1 ${ENTENTE_CCACHE})
endif()

find_program(ENTENTE_MOLD mold)
if(ENTENTE_MOLD)
  add_link_options(-fuse-ld=mold)
endif()

# g++ 12 at -O2 loses the value that a coroutine returns when its SLP vectoriser moves the value in pairs of words
# (seen in drivers/miio's write(): the awaiting side reads stack that was never written). Loops stay vectorised.
add_compile_options($<$<CXX_COMPILER_ID:GNU>:-fno-tree-slp-vectorize>)
