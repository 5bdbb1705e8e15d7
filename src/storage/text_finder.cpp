#include "storage/text_finder.h"

#include <unicode/uchar.h>
#include <unicode/uset.h>

#include <algorithm>
#include <bit>
#include <cstring>
#include <memory>

#include "storage/utf8.h"

#if defined(__SSE2__)
#include <emmintrin.h>
#endif

namespace storage {

namespace {

std::string encode(UChar32 character) {
    std::string bytes;
    append_utf8(character, bytes);
    return bytes;
}

// Every single character that folds as `character` does.
std::vector<UChar32> forms_of(UChar32 character) {
    const std::unique_ptr<USet, decltype(&uset_close)> set(uset_open(character, character),
                                                           &uset_close);
    uset_closeOver(set.get(), USET_CASE_INSENSITIVE);
    std::vector<UChar32> forms;
    for (std::int32_t at = 0; at < uset_size(set.get()); ++at) {
        const UChar32 form = uset_charAt(set.get(), at);
        if (form >= 0 && u_foldCase(form, U_FOLD_CASE_DEFAULT) == character) forms.push_back(form);
    }
    return forms;
}

}  // namespace

TextFinder::TextFinder(std::string_view needle) {
    std::vector<std::size_t> last_bytes;  // of each character: its last byte tells most
    for (std::size_t at = 0; at < needle.size();) {
        const UChar32 character = read_utf8(needle, at);
        if (character < 0) {
            lower_.clear();
            return;
        }
        const std::string lower = encode(character);
        std::string upper = encode(u_toupper(character));
        if (upper.size() != lower.size()) upper = lower;
        for (const UChar32 form : forms_of(character)) {
            const std::string encoded = encode(form);
            if (encoded != lower && encoded != upper) odd_forms_.push_back(encoded);
        }
        lower_ += lower;
        upper_ += upper;
        last_bytes.push_back(lower_.size() - 1);
    }
    if (last_bytes.empty()) return;
    first_ = last_bytes.front();
    second_ = last_bytes.back();
    std::sort(odd_forms_.begin(), odd_forms_.end());
    odd_forms_.erase(std::unique(odd_forms_.begin(), odd_forms_.end()), odd_forms_.end());
}

bool TextFinder::fits_at(const char* place) const {
    for (std::size_t at = 0; at < lower_.size(); ++at) {
        if (place[at] != lower_[at] && place[at] != upper_[at]) return false;
    }
    return true;
}

std::size_t TextFinder::find(std::string_view text, std::size_t from) const {
    if (text.size() < lower_.size()) return npos;
    const std::size_t end = text.size() - lower_.size() + 1;  // places to try: [from, end)
    std::size_t at = from;
#if defined(__SSE2__)
    const __m128i first_lower = _mm_set1_epi8(lower_[first_]);
    const __m128i first_upper = _mm_set1_epi8(upper_[first_]);
    const __m128i second_lower = _mm_set1_epi8(lower_[second_]);
    const __m128i second_upper = _mm_set1_epi8(upper_[second_]);
    // The last load begins at at + second_ and must end within the text.
    for (; at + 16 <= end; at += 16) {
        const char* place = text.data() + at;
        const __m128i first = _mm_loadu_si128(reinterpret_cast<const __m128i*>(place + first_));
        const __m128i second = _mm_loadu_si128(reinterpret_cast<const __m128i*>(place + second_));
        const __m128i fits = _mm_and_si128(
            _mm_or_si128(_mm_cmpeq_epi8(first, first_lower), _mm_cmpeq_epi8(first, first_upper)),
            _mm_or_si128(_mm_cmpeq_epi8(second, second_lower),
                         _mm_cmpeq_epi8(second, second_upper)));
        for (auto mask = static_cast<unsigned>(_mm_movemask_epi8(fits)); mask != 0;
             mask &= mask - 1) {
            const auto step = static_cast<std::size_t>(std::countr_zero(mask));
            if (fits_at(place + step)) return at + step;
        }
    }
#endif
    for (; at < end; ++at) {
        if (fits_at(text.data() + at)) return at;
    }
    return npos;
}

bool TextFinder::may_miss(std::string_view text) const {
    return std::any_of(odd_forms_.begin(), odd_forms_.end(), [text](const std::string& form) {
        return ::memmem(text.data(), text.size(), form.data(), form.size()) != nullptr;
    });
}

}  // namespace storage
