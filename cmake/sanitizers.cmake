# Sanitizers hold for every target of a build folder, so that no boundary between libraries hides an error.

if(ENTENTE_SANITIZE STREQUAL "address")
  add_compile_options(-fsanitize=address,undefined -fno-sanitize-recover=all -fno-omit-frame-pointer)
  add_link_options(-fsanitize=address,undefined)
  if(CMAKE_CXX_COMPILER_ID STREQUAL "Clang")
    # clang 14 cannot assemble coroutines with it: "Cannot represent a difference across sections".
    add_compile_options(-fno-sanitize=function)
  endif()
elseif(ENTENTE_SANITIZE STREQUAL "thread")
  add_compile_options(-fsanitize=thread -fno-omit-frame-pointer)
  add_link_options(-fsanitize=thread)
elseif(ENTENTE_SANITIZE)
  message(FATAL_ERROR "ENTENTE_SANITIZE is '${ENTENTE_SANITIZE}'; it takes address, thread or nothing")
endif()

if(ENTENTE_FUZZ)
  add_compile_options(-fsanitize=fuzzer-no-link)
endif()
