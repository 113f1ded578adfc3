// The operations of Mask R-CNN that libtorch lacks or makes of many small ones, so that a batch goes through the network without
// the host waiting for any of its numbers. Compiled at start by NVRTC, without any header; the tests compile the same text for
// the CPU.
//
// Tensors are contiguous. "staging" is what is uploaded for a batch: for each image three ints (height, width, where its pixels
// begin in bytes from the start), then the images' pixels as rows of B, G, R. A box is x0, y0, x1, y1 in pixels of the network's
// input. Floating point follows the CPU's order of operations; multiplications and additions are not contracted.

#define NO_SCORE (-3.0e38f)

struct Level {
    const void* map;  // (N, height, width, channels)
    int height, width;
    float scale;      // pixels of the map to a pixel of the input
};

struct Levels {
    Level level[8];   // finest first
    int count;
    int first;        // the finest level's number, 2 for p2
    int type;         // of the numbers: 0 float, 1 bfloat16, 2 float16
};

__device__ inline int image_height(const unsigned char* staging, int image) { return ((const int*)staging)[image * 3]; }

__device__ inline int image_width(const unsigned char* staging, int image) { return ((const int*)staging)[image * 3 + 1]; }

__device__ inline float clamp(float value, float low, float high) { return value < low ? low : value > high ? high : value; }

__device__ inline bool is_finite(float value) { return value - value == 0.0f; }

// One thread a pixel of the batch: bytes to (value - mean) / std, 0 in the padding. Output (N, height, width, 3).
extern "C" __global__ void preprocess(
    const unsigned char* staging, int images, int height, int width, int is_rgb,
    float mean0, float mean1, float mean2, float std0, float std1, float std2, float* output)
{
    long long i = (long long)blockIdx.x * blockDim.x + threadIdx.x;
    if (i >= (long long)images * height * width) {
        return;
    }

    int x = (int)(i % width);
    int y = (int)(i / width % height);
    int image = (int)(i / width / height);
    float* out = output + i * 3;
    int own_width = image_width(staging, image);
    if (y >= image_height(staging, image) || x >= own_width) {
        out[0] = out[1] = out[2] = 0;
        return;
    }

    const unsigned char* pixel = staging + ((const int*)staging)[image * 3 + 2] + ((long long)y * own_width + x) * 3;
    out[0] = ((float)pixel[is_rgb ? 2 : 0] - mean0) / std0;
    out[1] = ((float)pixel[1] - mean1) / std1;
    out[2] = ((float)pixel[is_rgb ? 0 : 2] - mean2) / std2;
}

// Exponent and fraction of a float16 lie thirteen bits lower than a float's, and its exponent counts from 112 less.
__device__ inline float of_half(unsigned bits)
{
    unsigned sign = (bits & 0x8000u) << 16, rest = bits & 0x7FFFu;
    float size = rest < 0x7C00u ? __uint_as_float(rest << 13) * 5.192296858534828e33f : __uint_as_float(0x7F800000u | rest << 13);
    return sign ? -size : size;
}

__device__ inline float read(const Levels& levels, const void* map, long long at)
{
    if (levels.type == 0) {
        return ((const float*)map)[at];
    }

    unsigned bits = ((const unsigned short*)map)[at];
    return levels.type == 1 ? __uint_as_float(bits << 16) : of_half(bits);
}

// Lin et al. 2017, equation 1, in float32 as detectron2 computes it.
__device__ inline int level_of(const Levels& levels, float width, float height)
{
    float level = floorf(4.0f + log2f(sqrtf(width * height) / 224.0f + 1e-8f));
    float last = (float)(levels.first + levels.count - 1);
    return (level != level ? levels.first : (int)clamp(level, (float)levels.first, last)) - levels.first;
}

// ROIAlign (He et al. 2017), aligned, over all levels at once. One block a bin, its threads share the channels. Boxes (R, 4) with
// per_image rows for each image, of which the first counts[image] are valid. Output (R, resolution, resolution, channels).
extern "C" __global__ void roi_align(
    Levels levels, const float* boxes, const int* counts, int per_image, int channels, int resolution, int sampling,
    float* output)
{
    int region = blockIdx.x / (resolution * resolution);
    int bin = blockIdx.x % (resolution * resolution);
    int image = region / per_image;
    float* out = output + (long long)blockIdx.x * channels;
    if (region % per_image >= counts[image]) {
        for (int c = threadIdx.x; c < channels; c += blockDim.x) {
            out[c] = 0;
        }

        return;
    }

    const float* box = boxes + (long long)region * 4;
    const Level& level = levels.level[level_of(levels, box[2] - box[0], box[3] - box[1])];
    float start_x = box[0] * level.scale - 0.5f, start_y = box[1] * level.scale - 0.5f;
    float roi_width = box[2] * level.scale - 0.5f - start_x, roi_height = box[3] * level.scale - 0.5f - start_y;
    float bin_width = roi_width / resolution, bin_height = roi_height / resolution;
    int grid_x = sampling > 0 ? sampling : (int)ceilf(roi_width / resolution);
    int grid_y = sampling > 0 ? sampling : (int)ceilf(roi_height / resolution);
    float samples = (float)(grid_x * grid_y > 1 ? grid_x * grid_y : 1);
    long long plane = (long long)image * level.height * level.width;
    for (int c = threadIdx.x; c < channels; c += blockDim.x) {
        float sum = 0;
        for (int iy = 0; iy < grid_y; iy++) {
            float y = start_y + (bin / resolution) * bin_height + (iy + 0.5f) * bin_height / grid_y;
            if (y < -1.0f || y > level.height) {
                continue;
            }

            y = y > 0 ? y : 0;
            int top = (int)y, bottom = top + 1;
            if (top >= level.height - 1) {
                top = bottom = level.height - 1;
                y = (float)top;
            }

            float down = y - top;
            for (int ix = 0; ix < grid_x; ix++) {
                float x = start_x + (bin % resolution) * bin_width + (ix + 0.5f) * bin_width / grid_x;
                if (x < -1.0f || x > level.width) {
                    continue;
                }

                x = x > 0 ? x : 0;
                int left = (int)x, right = left + 1;
                if (left >= level.width - 1) {
                    left = right = level.width - 1;
                    x = (float)left;
                }

                float across = x - left;
                long long upper = plane + (long long)top * level.width, lower = plane + (long long)bottom * level.width;
                sum += (1 - down) * (1 - across) * read(levels, level.map, (upper + left) * channels + c)
                    + (1 - down) * across * read(levels, level.map, (upper + right) * channels + c)
                    + down * (1 - across) * read(levels, level.map, (lower + left) * channels + c)
                    + down * across * read(levels, level.map, (lower + right) * channels + c);
            }
        }

        out[c] = sum / samples;
    }
}

// Box2BoxTransform of detectron2: deltas relative to a box, clipped to the image.
__device__ inline bool decode(
    const float* deltas, const float* from, float wx, float wy, float ww, float wh, float limit, int height, int width,
    float* box)
{
    float from_width = from[2] - from[0], from_height = from[3] - from[1];
    float center_x = from[0] + from_width * 0.5f, center_y = from[1] + from_height * 0.5f;
    float dw = deltas[2] / ww, dh = deltas[3] / wh;
    dw = dw > limit ? limit : dw;
    dh = dh > limit ? limit : dh;
    float x = deltas[0] / wx * from_width + center_x, y = deltas[1] / wy * from_height + center_y;
    float half_width = expf(dw) * from_width * 0.5f, half_height = expf(dh) * from_height * 0.5f;
    float x0 = x - half_width, y0 = y - half_height, x1 = x + half_width, y1 = y + half_height;
    box[0] = clamp(x0, 0, (float)width);
    box[1] = clamp(y0, 0, (float)height);
    box[2] = clamp(x1, 0, (float)width);
    box[3] = clamp(y1, 0, (float)height);
    return is_finite(x0) && is_finite(y0) && is_finite(x1) && is_finite(y1);
}

// One thread a candidate of a level of the RPN: decodes the best k by logit. index and logits (N, k), deltas (N, anchors_count,
// 4), anchors (anchors_count, 4). Writes from column "offset" of boxes (N, total, 4), scores and groups (N, total).
extern "C" __global__ void decode_proposals(
    const unsigned char* staging, int images, const long long* index, const float* logits, const float* deltas,
    const float* anchors,
    int k, int anchors_count, float wx, float wy, float ww, float wh, float limit, float min_size,
    int group, int offset, int total, float* boxes, float* scores, int* groups)
{
    int i = blockIdx.x * blockDim.x + threadIdx.x;
    if (i >= images * k) {
        return;
    }

    int image = i / k;
    long long at = (long long)image * total + offset + i % k;
    float* box = boxes + at * 4;
    bool is_valid = decode(
        deltas + ((long long)image * anchors_count + index[i]) * 4, anchors + index[i] * 4, wx, wy, ww, wh, limit,
        image_height(staging, image), image_width(staging, image), box);
    is_valid = is_valid && is_finite(logits[i]) && box[2] - box[0] > min_size && box[3] - box[1] > min_size;
    scores[at] = is_valid ? logits[i] : NO_SCORE;
    groups[at] = group;
}

// One thread a proposal: which classes are candidates. probabilities (N * per_image, classes + 1), deltas (N * per_image,
// deltas_count). Writes scores (N, per_image * classes), and adds the number of candidates to found[image].
extern "C" __global__ void score_detections(
    const int* counts, int images, const float* probabilities, const float* deltas, int per_image, int classes, int deltas_count,
    float threshold, float* scores, int* found)
{
    int row = blockIdx.x * blockDim.x + threadIdx.x;
    if (row >= images * per_image) {
        return;
    }

    int image = row / per_image;
    bool is_valid = row % per_image < counts[image];
    const float* own = probabilities + (long long)row * (classes + 1);
    for (int c = 0; is_valid && c <= classes; c++) {
        is_valid = is_finite(own[c]);
    }

    for (int d = 0; is_valid && d < deltas_count; d++) {
        is_valid = is_finite(deltas[(long long)row * deltas_count + d]);
    }

    int above = 0;
    for (int c = 0; c < classes; c++) {
        bool is_candidate = is_valid && own[c] > threshold;
        scores[(long long)row * classes + c] = is_candidate ? own[c] : NO_SCORE;
        above += is_candidate;
    }

    if (above > 0) {
        atomicAdd(found + image, above);
    }
}

// One thread a candidate: index (N, k) into an image's per_image * classes scores; proposals (N * per_image, 4).
// Writes boxes (N, k, 4) and groups (N, k), the classes.
extern "C" __global__ void decode_detections(
    const unsigned char* staging, int images, const long long* index, const float* proposals, const float* deltas,
    int k, int per_image, int classes, int deltas_count, float wx, float wy, float ww, float wh, float limit, float* boxes,
    int* groups)
{
    int i = blockIdx.x * blockDim.x + threadIdx.x;
    if (i >= images * k) {
        return;
    }

    int image = i / k;
    long long row = (long long)image * per_image + index[i] / classes;
    int group = (int)(index[i] % classes);
    groups[i] = group;
    decode(
        deltas + row * deltas_count + (deltas_count > 4 ? group * 4 : 0), proposals + row * 4, wx, wy, ww, wh, limit,
        image_height(staging, image), image_width(staging, image), boxes + (long long)i * 4);
}

// One thread for 64 pairs: bit b of mask[image][i][word] says that the box at place word * 64 + b goes when the one at place i
// stays. Places are those by falling score: order (N, total), or null when the boxes lie so. scores (N, total) by place. Grid:
// (words, total, N), blocks along words.
extern "C" __global__ void nms_pairs(
    const float* boxes, const int* groups, const long long* order, const float* scores, int total, int words, float threshold,
    unsigned long long* mask)
{
    int word = blockIdx.x * blockDim.x + threadIdx.x;
    int i = blockIdx.y, image = blockIdx.z;
    if (word >= words) {
        return;
    }

    long long first = (long long)image * total;
    unsigned long long bits = 0;
    if (scores[first + i] > NO_SCORE && word * 64 + 63 > i) {
        long long own = first + (order ? order[first + i] : i);
        const float* a = boxes + own * 4;
        float area = (a[2] - a[0]) * (a[3] - a[1]);
        int last = total - word * 64 < 64 ? total - word * 64 : 64;
        for (int b = 0; b < last; b++) {
            int j = word * 64 + b;
            if (j <= i) {
                continue;
            }

            long long other = first + (order ? order[first + j] : j);
            const float* o = boxes + other * 4;
            float width = (a[2] < o[2] ? a[2] : o[2]) - (a[0] > o[0] ? a[0] : o[0]);
            float height = (a[3] < o[3] ? a[3] : o[3]) - (a[1] > o[1] ? a[1] : o[1]);
            float inter = (width > 0 ? width : 0) * (height > 0 ? height : 0);
            if (groups[own] == groups[other] && inter / (area + (o[2] - o[0]) * (o[3] - o[1]) - inter) > threshold) {
                bits |= 1ULL << b;
            }
        }
    }

    mask[(first + i) * words + word] = bits;
}

// One block an image: goes through the places and keeps those that no kept one before them takes away, at most "most".
// Writes kept (N, most), indices into the unordered boxes, and counts (N).
extern "C" __global__ void nms_sweep(
    const unsigned long long* mask, const long long* order, const float* scores, int total, int words, int most, int* kept,
    int* counts)
{
    __shared__ unsigned long long removed[256];
    __shared__ unsigned long long current;
    __shared__ int count;
    int image = blockIdx.x;
    long long first = (long long)image * total;
    for (int w = threadIdx.x; w < words; w += blockDim.x) {
        removed[w] = 0;
    }

    if (threadIdx.x == 0) {
        count = 0;
    }

    __syncthreads();
    for (int word = 0; word < words; word++) {
        if (threadIdx.x == 0) {
            unsigned long long gone = removed[word], stays = 0;
            for (int b = 0; b < 64 && word * 64 + b < total && count < most; b++) {
                int i = word * 64 + b;
                if (!(gone >> b & 1) && scores[first + i] > NO_SCORE) {
                    stays |= 1ULL << b;
                    gone |= mask[(first + i) * words + word];
                    kept[(long long)image * most + count++] = (int)(order ? order[first + i] : i);
                }
            }

            current = stays;
        }

        // Between the two barriers nobody writes "count": all threads leave together.
        __syncthreads();
        if (count >= most) {
            break;
        }

        for (int b = 0; b < 64; b++) {
            if (current >> b & 1) {
                for (int w = word + 1 + threadIdx.x; w < words; w += blockDim.x) {
                    removed[w] |= mask[(first + word * 64 + b) * words + w];
                }
            }
        }

        __syncthreads();
    }

    if (threadIdx.x == 0) {
        counts[image] = count;
    }
}

// One thread a row of the output: what was kept, then zeros. boxes (N, total, 4), scores by place are found again by index:
// values (N, total) as they were before ordering. Writes chosen (N, most, 4), chosen_values and chosen_groups (N, most).
extern "C" __global__ void choose(
    const int* kept, const int* counts, int images, int most, int total, const float* boxes, const float* values,
    const int* groups,
    float* chosen, float* chosen_values, long long* chosen_groups)
{
    int i = blockIdx.x * blockDim.x + threadIdx.x;
    if (i >= images * most) {
        return;
    }

    int image = i / most;
    bool is_kept = i % most < counts[image];
    long long from = (long long)image * total + (is_kept ? kept[i] : 0);
    for (int c = 0; c < 4; c++) {
        chosen[(long long)i * 4 + c] = is_kept ? boxes[from * 4 + c] : 0;
    }

    chosen_values[i] = is_kept ? values[from] : 0;
    chosen_groups[i] = is_kept ? groups[from] : 0;
}
