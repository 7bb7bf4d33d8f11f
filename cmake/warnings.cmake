# Warnings are errors. `entente_options` carries them to our own targets only.

add_library(entente_options INTERFACE)
target_compile_options(entente_options INTERFACE
  -Wall -Wextra -Wconversion -Wshadow -Werror
  # g++ 12 reports these inside the standard library's own inlined code once sanitizers are on.
  $<$<CXX_COMPILER_ID:GNU>:-Wno-maybe-uninitialized -Wno-restrict -Wno-stringop-overflow>)
target_include_directories(entente_options INTERFACE ${PROJECT_SOURCE_DIR}/src)
target_link_libraries(entente_options INTERFACE Threads::Threads)
