-- +goose Up
-- how the points of each promise grow and shrink, held ones included: a row per transaction and promise, folded to one per day.
-- What there was before is one row beside the newest entry of its shop.
CREATE TABLE IF NOT EXISTS promised (
  shop_id BIGINT NOT NULL,
  id BIGINT NOT NULL,
  promise_minor BIGINT NOT NULL,
  promise_per BIGINT NOT NULL,
  points BIGINT NOT NULL,
  PRIMARY KEY (shop_id, id, promise_minor, promise_per)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

INSERT INTO promised (shop_id, id, promise_minor, promise_per, points)
SELECT x.shop_id, (SELECT COALESCE(MAX(e.id), 0) FROM entries e WHERE e.shop_id = x.shop_id), x.promise_minor, x.promise_per, SUM(x.points) FROM (
  SELECT shop_id, promise_minor, promise_per, SUM(remaining) AS points FROM lots WHERE state IN (0, 1) GROUP BY shop_id, promise_minor, promise_per
  UNION ALL
  SELECT h.shop_id, l.promise_minor, l.promise_per, SUM(a.points) FROM holds h
  JOIN allocations a ON a.shop_id = h.shop_id AND a.owner_id = h.id
  JOIN lots l ON l.shop_id = a.shop_id AND l.id = a.lot_id
  WHERE h.state = 'open' GROUP BY h.shop_id, l.promise_minor, l.promise_per
) x WHERE x.promise_minor > 0 AND x.promise_per > 0 AND NOT EXISTS (SELECT 1 FROM promised p)
GROUP BY x.shop_id, x.promise_minor, x.promise_per HAVING SUM(x.points) <> 0;

-- +goose Down
DROP TABLE promised;
