// Questions to whoever typed a command.
#pragma once

#include <functional>
#include <stdexcept>
#include <string>

namespace cli {

struct Question {
    std::string text;
    std::string usual{};     // what Enter alone means; "": an answer is needed
    std::string instead{};   // where else the answer may come from: "--public-url"
    bool is_secret = false;  // not shown while it is typed, nor is what is usual
    // What is wrong with an answer, one sentence; "" when nothing is.
    std::function<std::string(const std::string& answer)> mistake{};
};

// Nobody answers any more.
struct NoAnswer : std::runtime_error {
    using std::runtime_error::runtime_error;
};

class Questions {
public:
    virtual ~Questions() = default;

    // An answer without mistakes. Throws NoAnswer, net::Interrupted.
    virtual std::string ask(const Question& question) = 0;
};

// Yes or no.
bool agrees(Questions& questions, std::string text, bool usual);

// On standard input and output. Ctrl-C throws net::Interrupted, and leaves the terminal as it was.
class TypedQuestions final : public Questions {
public:
    std::string ask(const Question& question) override;

private:
    std::string read_line(const Question& question);

    std::string typed_;  // what came behind the last line
};

// Everything is as usual. What needs an answer throws NoAnswer, which says where to give it; a Ctrl-C that
// was kept back throws net::Interrupted.
class UnattendedQuestions final : public Questions {
public:
    std::string ask(const Question& question) override;
};

}  // namespace cli
