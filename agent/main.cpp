#include "app/keep_memory_private.hpp"
#include "cli/run.hpp"

int main(int argc, char** argv) {
    app::keep_memory_private();
    return cli::run(argc, argv);
}
