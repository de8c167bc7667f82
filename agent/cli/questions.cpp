#include "cli/questions.hpp"

#include <poll.h>
#include <termios.h>
#include <unistd.h>

#include <array>
#include <cstdio>
#include <iterator>

#include <fmt/format.h>

#include "cli/held_signals.hpp"
#include "net/interruption.hpp"
#include "text/text.hpp"

namespace cli {
namespace {

// While a line is read, Ctrl-C and SIGTERM come only where they are looked for.
class InterruptibleInput {
public:
    // Throws net::Interrupted.
    void heed_signals() const {
        if (held_.take()) throw net::Interrupted();
    }

    // False at the end of the input. Throws net::Interrupted.
    bool read_more(std::string& typed) const {
        pollfd awaited[] = {{STDIN_FILENO, POLLIN, 0}, {held_.descriptor(), POLLIN, 0}};
        const int ready = ::poll(awaited, std::size(awaited), -1);
        heed_signals();
        if (ready < 0) return true;  // another signal
        std::array<char, 4096> buffer;
        const auto size = ::read(STDIN_FILENO, buffer.data(), buffer.size());
        if (size > 0) typed.append(buffer.data(), static_cast<std::size_t>(size));
        return size > 0;
    }

private:
    HeldSignals held_;
};

// A terminal does not show what is typed.
class HiddenInput {
public:
    explicit HiddenInput(bool is_wanted) : is_hidden_(is_wanted && ::tcgetattr(STDIN_FILENO, &before_) == 0) {
        if (!is_hidden_) return;
        auto hidden = before_;
        hidden.c_lflag &= ~static_cast<tcflag_t>(ECHO);
        ::tcsetattr(STDIN_FILENO, TCSAFLUSH, &hidden);
    }
    HiddenInput(const HiddenInput&) = delete;
    HiddenInput& operator=(const HiddenInput&) = delete;
    ~HiddenInput() {
        if (!is_hidden_) return;
        ::tcsetattr(STDIN_FILENO, TCSANOW, &before_);
        fmt::print("\n");  // that of Enter was not shown, either
    }

private:
    termios before_{};
    bool is_hidden_;
};

std::string prompt(const Question& question) {
    if (question.usual.empty()) return question.text + ": ";
    return fmt::format("{} [{}]: ", question.text, question.is_secret ? "as it is" : question.usual);
}

std::string mistake_in(const Question& question, const std::string& answer) {
    if (answer.empty()) return "an answer is needed";
    return question.mistake ? question.mistake(answer) : std::string();
}

}  // namespace

bool agrees(Questions& questions, std::string text, bool usual) {
    const auto is = [](const std::string& answer, std::string_view word) {
        return !answer.empty() && word.starts_with(text::lower_case(answer));
    };
    const auto answer = questions.ask(
        {.text = std::move(text), .usual = usual ? "yes" : "no", .mistake = [&](const std::string& word) {
             return is(word, "yes") || is(word, "no") ? "" : "type yes or no";
         }});
    return is(answer, "yes");
}

std::string TypedQuestions::read_line(const Question& question) {
    const InterruptibleInput input;
    input.heed_signals();
    const HiddenInput hidden(question.is_secret);
    fmt::print("{}", prompt(question));
    std::fflush(stdout);
    auto end = typed_.find('\n');
    while (end == typed_.npos && input.read_more(typed_)) end = typed_.find('\n');
    if (end == typed_.npos && text::trim(typed_).empty())
        throw NoAnswer(fmt::format("the input ended before an answer to '{}'", question.text));
    const std::string line(text::trim(typed_.substr(0, end)));
    typed_ = end == typed_.npos ? std::string() : typed_.substr(end + 1);
    return line;
}

std::string TypedQuestions::ask(const Question& question) {
    while (true) {
        auto answer = read_line(question);
        if (answer.empty()) answer = question.usual;
        const auto mistake = mistake_in(question, answer);
        if (mistake.empty()) return answer;
        fmt::print("{}\n", mistake);
    }
}

std::string UnattendedQuestions::ask(const Question& question) {
    heed_held_signals();
    const auto mistake = mistake_in(question, question.usual);
    if (mistake.empty()) return question.usual;
    throw NoAnswer(fmt::format("{}: {}{}{}", question.text, mistake,
                               question.instead.empty() ? "" : "; with --yes it comes from ",
                               question.instead));
}

}  // namespace cli
