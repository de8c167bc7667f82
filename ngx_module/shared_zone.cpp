#include "ngx_module/shared_zone.hpp"

#include <new>
#include <stdexcept>
#include <vector>

#include "ngx_module/catch_exceptions.hpp"
#include "ngx_module/configuration.hpp"
#include "ngx_module/metrics/zone.hpp"
#include "ngx_module/redis/last_servers.hpp"

namespace edge {
namespace {

constexpr std::string_view zone_name = "calendly_metrics";

static_assert(metrics::Zone::max_processes == NGX_MAX_PROCESSES);

// What all workers share.
struct SharedZone {
    metrics::Zone metrics;
    redis::LastServers last_servers;
};

// Does not depend on the configuration: nginx keeps the memory over a reload only when its size is the same.
std::size_t zone_size() noexcept {
    const std::size_t housekeeping_of_nginx = 8 * ngx_pagesize;
    return ngx_align(sizeof(SharedZone), ngx_pagesize) + housekeeping_of_nginx;
}

// The location whose connector finds no room, null when all do. Nothing is taken yet: this configuration may
// still be given up, and then must leave no trace in the memory of the one before.
const LocationConfiguration* find_one_too_many(const MainConfiguration& main) {
    std::vector<std::string_view> names;
    for (const auto* const location : main.webhooks) names.push_back(location->connector);
    const auto fitting = main.metrics->count_with_room(names);
    return fitting == names.size() ? nullptr : main.webhooks[fitting];
}

ngx_int_t init_zone(ngx_shm_zone_t* zone, void* data_before) noexcept {
    auto* const pool = reinterpret_cast<ngx_slab_pool_t*>(zone->shm.addr);
    if (!data_before) {
        void* const memory = ngx_slab_alloc(pool, sizeof(SharedZone));
        if (!memory) return NGX_ERROR;
        pool->data = new (memory) SharedZone();
    }
    const auto fill = [&]() -> ngx_int_t {
        auto& main = *static_cast<MainConfiguration*>(zone->data);
        auto& shared = *static_cast<SharedZone*>(pool->data);
        main.metrics = &shared.metrics;
        main.last_servers = &shared.last_servers;
        const LocationConfiguration* const too_much = find_one_too_many(main);
        if (!too_much) return NGX_OK;
        ngx_log_error(NGX_LOG_EMERG, zone->shm.log, 0,
                      "calendly_webhook: more than %uz connectors, those since nginx's start included: use "
                      "fewer, or restart nginx to forget the retired ones; in %s",
                      metrics::Zone::max_connectors, too_much->place.c_str());
        return NGX_ERROR;
    };
    return catch_exceptions(fill, [&](const char* what) -> ngx_int_t {
        ngx_log_error(NGX_LOG_EMERG, zone->shm.log, 0, "calendly: %s", what);
        return NGX_ERROR;
    });
}

}  // namespace

ngx_int_t add_shared_zone(ngx_conf_t* cf) noexcept {
    MainConfiguration& main = main_configuration(cf);
    if (main.webhooks.empty() && !main.shows_metrics) return NGX_OK;
    ngx_str_t name = as_ngx_str(zone_name);
    ngx_shm_zone_t* const zone = ngx_shared_memory_add(cf, &name, zone_size(), &ngx_http_calendly_module);
    if (!zone) return NGX_ERROR;
    zone->init = init_zone;
    zone->data = &main;
    return NGX_OK;
}

ngx_int_t take_numbers(ngx_cycle_t* cycle) noexcept {
    MainConfiguration* const main = main_configuration(cycle);
    if (!main || !main->metrics) return NGX_OK;
    const auto take = [&]() -> ngx_int_t {
        for (LocationConfiguration* const location : main->webhooks) {
            location->metrics = main->metrics->connector(location->connector);
            if (!location->metrics) throw std::length_error("no room for a connector's numbers");
            main->connectors.insert(location->metrics);
        }
        return NGX_OK;
    };
    return catch_exceptions(take, [&](const char* what) -> ngx_int_t {
        ngx_log_error(NGX_LOG_EMERG, cycle->log, 0, "calendly: %s", what);
        return NGX_ERROR;
    });
}

void enter_shared_zone(ngx_cycle_t* cycle) noexcept {
    const MainConfiguration* const main = main_configuration(cycle);
    if (!main || !main->metrics) return;
    metrics::set_worker_gauges(main->metrics->enter(static_cast<std::size_t>(ngx_process_slot), ngx_pid));
}

void leave_shared_zone(ngx_cycle_t* cycle) noexcept {
    const MainConfiguration* const main = main_configuration(cycle);
    if (main && main->metrics) main->metrics->leave(static_cast<std::size_t>(ngx_process_slot));
}

}  // namespace edge
