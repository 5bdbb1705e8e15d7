#include "app/run.h"

int main(int count, char** arguments) {
    return app::run(std::vector<std::string>(arguments + 1, arguments + count));
}
